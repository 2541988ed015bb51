// SPDX-License-Identifier: Apache-2.0
/**
 * Streams and datagrams: TCP, TLS, unix sockets, UDP and multicast.
 *
 * @module
 */
export {
  ActivityMonitor,
  type ActivityMonitorInboxes,
  type ActivityMonitorOptions,
  type ActivityMonitorOutboxes,
} from "./ActivityMonitor.ts";
export {
  ConnectedSocketAdapter,
  type ConnectedSocketAdapterOptions,
  type ConnectionInboxes,
  type ConnectionOutboxes,
} from "./ConnectedSocketAdapter.ts";
export { bytesOfAddress } from "./addresses.ts";
export { isIP } from "./node/explained.ts";
export type { Datagram, DatagramFailure, DatagramOutboxes, LocalOptions } from "./datagrams.ts";
export { ExtendedInactivity } from "./ExtendedInactivity.ts";
export { InactivityChassis, type InactivityOptions } from "./InactivityChassis.ts";
export { Multicast_receiver, type MulticastDatagram, type MulticastReceiverOptions } from "./Multicast_receiver.ts";
export { Multicast_sender, type MulticastSenderOptions } from "./Multicast_sender.ts";
export { Multicast_transceiver, type MulticastTransceiverOptions } from "./Multicast_transceiver.ts";
export { NoActivityTimeout } from "./NoActivityTimeout.ts";
export { type LookUp, networkOf, NodeNetwork, type NodeNetworkOptions } from "./NodeNetwork.ts";
export { PeriodicWakeup, type PeriodicWakeupOptions } from "./PeriodicWakeup.ts";
export { type Letter, PostboxPeer } from "./PostboxPeer.ts";
export { type Proxy, throughProxy } from "./proxies.ts";
export type { ProxyHeaderOptions } from "./proxyHeader.ts";
export { ResettableSender, type ResettableSenderOptions } from "./ResettableSender.ts";
export { type Selectable, Selector, SELECTOR, type SelectorRequest } from "./Selector.ts";
export { type Peer, type Protocol, type ProtocolFailure, ServerCore, type ServerOptions, type ServerOutboxes } from "./ServerCore.ts";
export { SimplePeer, type SimplePeerOptions } from "./SimplePeer.ts";
export { SimpleServer, type SimpleServerOptions } from "./SimpleServer.ts";
export { SingleServer, type SingleServerInboxes, type SingleServerOptions, type SingleServerOutboxes } from "./SingleServer.ts";
export { TargettedPeer, type TargettedPeerOptions } from "./TargettedPeer.ts";
export { TCPClient, type TCPClientOptions } from "./TCPClient.ts";
export { type NewCSA, type Refusal, type ShutdownCSA, TCPServer, type TCPServerOptions } from "./TCPServer.ts";
export { TCPThreadedClient } from "./TCPThreadedClient.ts";
export { UDPReceiver } from "./UDPReceiver.ts";
export { UDPSender, type UDPSenderOptions } from "./UDPSender.ts";
