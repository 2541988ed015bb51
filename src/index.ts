// SPDX-License-Identifier: Apache-2.0
/**
 * What a newcomer needs; the rest is under `kamaelia/axon`, `kamaelia/chassis`, `kamaelia/util`, `kamaelia/internet`, `kamaelia/protocol`, `kamaelia/testing`.
 *
 * @module
 */
export {
  anyOf,
  Component,
  component,
  type Main,
  producerFinished,
  settled,
  type Shutdown,
  shutdownMicroprocess,
  sleep,
  System,
} from "./axon/index.ts";
export { Carousel, Graphline, PAR, Pipeline, Seq, Supervisor } from "./chassis/index.ts";
export { SimpleServer, TCPClient } from "./internet/index.ts";
export { ConsoleEchoer, ConsoleReader } from "./util/index.ts";
