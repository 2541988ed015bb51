// SPDX-License-Identifier: Apache-2.0
/**
 * Axon, the core of Kamaelia: components, boxes, linkages, and the scheduler that runs them.
 *
 * @module
 */
export { addInbox, addOutbox, type BoxOptions, deleteInbox, deleteOutbox, type InboxOptions } from "./adaptive.ts";
export { AdaptiveCommsComponent, type ResourceInformation } from "./AdaptiveCommsComponent.ts";
export type { Change, Listener as ChangeListener } from "./Changes.ts";
export { changes, type ChangesOptions, type Missed } from "./changeStream.ts";
export { TimerQueue } from "./timers.ts";
export { type Clock, RealClock, realClock, type Timer } from "./Clock.ts";
export { type AnyComponent, type Boxes, Component, type Docs, type Inboxes, type LinkOptions, type Outboxes } from "./Component.ts";
export { type BoxNotDeclared, component, type Definition } from "./definition.ts";
export {
  AccessToUndeclaredTrackedVariable,
  BadComponent,
  BadInbox,
  BoxAlreadyLinkedToDestination,
  BusyRetry,
  ComponentFailure,
  ConcurrentUpdate,
  Deadlock,
  MultipleServiceDeletion,
  NamespaceClash,
  ServiceAlreadyExists,
} from "./errors.ts";
export { DEFAULT_BOUND, type Destination, type Inbox } from "./Inbox.ts";
export { FromIterable } from "./FromIterable.ts";
export { Happening } from "./happening.ts";
export { handle, type Handle, type HandleOptions } from "./handle.ts";
export { IntoWritable, type IntoWritableOptions } from "./IntoWritable.ts";
export { Introspector } from "./Introspector.ts";
export {
  isShutdown,
  producerFinished,
  type ProducerFinished,
  type Shutdown,
  shutdownMicroprocess,
  type ShutdownMicroprocess,
} from "./ipc.ts";
export type { Ended } from "./life.ts";
export type { Linkage } from "./linkage.ts";
export type {
  ClientSecurity,
  Connection,
  ConnectionEvents,
  ConnectOptions,
  DatagramEvents,
  DatagramOptions,
  DatagramSocket,
  Endpoint,
  Identity,
  Listener,
  ListenerEvents,
  ListenOptions,
  Membership,
  Network,
  PEM,
  Place,
  Secured,
  Security,
  SecurityOptions,
  ServerSecurity,
  StreamOptions,
} from "./Network.ts";
export type { Origin, Outbox } from "./Outbox.ts";
export { type BoxRef, inboxOf, outboxOf } from "./postoffice.ts";
export { type Random, SeededRandom, unseededRandom } from "./Random.ts";
export { record, type Recording, type RecordOptions } from "./record.ts";
export { type Awaiting, serviceName, type ServiceName, type Services, valueName, type ValueName } from "./Services.ts";
export {
  type ComponentSnapshot,
  type InboxSnapshot,
  type LinkageSnapshot,
  type OutboxSnapshot,
  snapshot,
  type Snapshot,
  type State,
  waitsFor,
} from "./snapshot.ts";
export { Store, StoreCollection, StoreValue } from "./Store.ts";
export { defaultSystem, type StopOptions, System, type SystemOptions } from "./System.ts";
export { thread, type ThreadDefinition } from "./thread/thread.ts";
export { type ThreadBody, type ThreadInbox, type ThreadOutbox, type ThreadSelf, worker } from "./thread/worker.ts";
export type { ResourceLimits } from "./thread/workers.ts";
export { type Streams, type StreamsOptions, toStreams } from "./streams.ts";
export { tap } from "./tap.ts";
export { formatTopologyLine, parseTopologyLine, type Position, type TopologyCommand, topologyTokens } from "./topology.ts";
export { anyOf, type AnyOf, type Main, settled, sleep, type Sleep, type Wait } from "./waits.ts";
