// SPDX-License-Identifier: Apache-2.0
/**
 * Axon, the core of Kamaelia: components, boxes, linkages, and the scheduler that runs them.
 *
 * @module
 */
export type { Change, Listener as ChangeListener } from "./Changes.ts";
export { TimerQueue } from "./timers.ts";
export { type Clock, RealClock, realClock, type Timer } from "./Clock.ts";
export { type Boxes, Component, type Docs, type Inboxes, type LinkOptions, type Outboxes } from "./Component.ts";
export { type BoxNotDeclared, component, type Definition } from "./definition.ts";
export { BoxAlreadyLinkedToDestination, ComponentFailure, Deadlock } from "./errors.ts";
export { DEFAULT_BOUND, type Destination, type Inbox } from "./Inbox.ts";
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
export type { Connection, ConnectionEvents, Endpoint, Listener, ListenerEvents, Network } from "./Network.ts";
export type { Origin, Outbox } from "./Outbox.ts";
export { type BoxRef, inboxOf, outboxOf } from "./postoffice.ts";
export { type Random, SeededRandom, unseededRandom } from "./Random.ts";
export {
  type ComponentSnapshot,
  type InboxSnapshot,
  type OutboxSnapshot,
  snapshot,
  type Snapshot,
  type State,
  waitsFor,
} from "./snapshot.ts";
export { defaultSystem, type StopOptions, System, type SystemOptions } from "./System.ts";
export { anyOf, type AnyOf, type Main, settled, sleep, type Sleep, type Wait } from "./waits.ts";
