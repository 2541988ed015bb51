// SPDX-License-Identifier: Apache-2.0
import { System } from "../../axon/index.ts";
import type { SimulatedHost } from "./SimulatedHost.ts";

/**
 * The components on one host of a simulated network: they reach that network, and their clock is its time. What components do takes no time.
 * Made by {@link SimulatedHost.system}.
 */
export class SimulatedSystem extends System {
  readonly host: SimulatedHost;

  /** @internal */
  constructor(host: SimulatedHost) {
    super({ clock: host.network.clock, network: host, random: host.network.randomFor(`system ${host.name}`), manual: true });
    this.host = host;
  }

  override enqueue(microprocess: Parameters<System["enqueue"]>[0]): void {
    super.enqueue(microprocess);
    this.host.network.ready(this);
  }

  override reconsider(): void {
    super.reconsider();
    this.host.network.ready(this);
  }
}
