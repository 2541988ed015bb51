// SPDX-License-Identifier: Apache-2.0
import type { AnyComponent } from "./Component.ts";

/** Has an error from outside thrown at a component's `yield`, whatever it waits for. @internal */
export function interrupt(component: AnyComponent, error: unknown): void {
  if (component.isStopped) return;
  component.microprocess.throw(error);
  component.microprocess.wake();
}
