// SPDX-License-Identifier: Apache-2.0
/**
 * What a newcomer needs. All there is: `kamaelia/axon` (the kernel), `kamaelia/chassis`, `kamaelia/util`, `kamaelia/file`, `kamaelia/audio`, `kamaelia/codec`,
 * `kamaelia/xml`, `kamaelia/internet`, `kamaelia/internet/simulate`, `kamaelia/experiment`, `kamaelia/protocol` and what is below it, `kamaelia/testing`.
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
