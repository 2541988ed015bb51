// SPDX-License-Identifier: Apache-2.0
import {
  type AnyComponent,
  type Boxes,
  type Component,
  component,
  type Destination,
  type Inbox,
  producerFinished,
  type Shutdown,
} from "../axon/index.ts";
import { addsink, removesink, type SinkChange } from "./sinks.ts";

/** What components can be plugged into: a {@link Splitter}, a {@link Backplane}. */
export interface Socket<out T> {
  readonly inboxes: { readonly configuration: Inbox & Destination<SinkChange<T>> };
  readonly isStopped: boolean;
  readonly shutdown: Shutdown | undefined;
}

/** The datasheet of a Plug, by that of the component in it. */
export type Plugged<I extends Boxes, O extends Boxes, T> = Component<
  { inbox: "inbox" extends keyof I ? I["inbox"] : never; control: Shutdown },
  { outbox: "outbox" extends keyof O ? O["outbox"] : never; signal: Shutdown; splitter_config: SinkChange<T> }
>;

/**
 * Plugs a component into a {@link Splitter}, for as long as it lives: its inbox gets a copy of each message, and its control what ends the Splitter.
 * Apart from that it behaves as the component does alone. It ends with the component. Plugged into a Splitter that has ended, the component is told so at once.
 *
 * @throws Error when the component has a parent already, or is active
 * @example
 * const splitter = Splitter<string>();
 * Plug(splitter, ConsoleEchoer()).activate();
 * await Pipeline(ConsoleReader(), splitter, NullSink()).run(); // alpha beta gamma
 */
export function Plug<T, I extends Boxes, O extends Boxes>(
  splitter: Socket<T>,
  subject: Component<I, O> & { readonly inboxes: { readonly inbox: Inbox & Destination<NoInfer<T>> } },
): Plugged<I, O, T> {
  const part: AnyComponent = subject;
  const plug: Plugged<I, O, T> = component(Plug, {
    inboxes: { inbox: "for the component", control: "for the component" },
    outboxes: { outbox: "from the component", signal: "from the component", splitter_config: "to the Splitter" },
    *main(_, { splitter_config }, self) {
      if (splitter.isStopped) part.inboxes["control"]!.deliver(splitter.shutdown ?? producerFinished());
      else splitter_config.send(addsink(subject.inboxes.inbox, { control: part.inboxes["control"]!, owner: part }));
      part.activate();
      try {
        while (self.childComponents().length > 0) {
          self.pause();
          yield;
        }
      } finally {
        splitter_config.send(removesink(subject.inboxes.inbox));
      }
    },
  });
  plug.addChildren(part);
  plug.link(plug.inboxes.inbox, subject.inboxes.inbox);
  plug.link(plug.inboxes.control, [part, "control"]);
  if (part.outboxes["outbox"] !== undefined) plug.link([part, "outbox"], plug.outboxes.outbox, { passthrough: 2 });
  plug.link([part, "signal"], plug.outboxes.signal, { passthrough: 2 });
  plug.link(plug.outboxes.splitter_config, splitter.inboxes.configuration);
  return plug;
}
