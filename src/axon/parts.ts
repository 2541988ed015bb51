// SPDX-License-Identifier: Apache-2.0
// What the tests of stopping have in common.
import { make } from "../testing/make.ts";
import { type Component, System, type Wait } from "./index.ts";

/** Waits for what it is told to, says how it ended, and in a `finally`. @internal */
export function Waits(name: string, log: string[], wait: (inboxes: any) => Wait = ({ inbox }) => inbox): Component<any, any> {
  return make(name, function* (inboxes) {
    try {
      while (yield wait(inboxes)) if (inboxes.inbox.length > 0) inboxes.inbox.recv();
      log.push(`${name} told`);
    } finally {
      log.push(`${name} finally`);
    }
  });
}

/** Has these children, and ends at once: it stays until they have ended. @internal */
export function Nursery(name: string, children: readonly Component<any, any>[]): Component<any, any> {
  return make(name, function* (_, __, self) {
    self.addChildren(...children);
    for (const child of children) child.activate();
  });
}

/** A system whose turns are taken one by one, with these components. @internal */
export function manual(...components: Component<any, any>[]): System {
  const system = new System({ manual: true });
  for (const one of components) system.activate(one);
  return system;
}
