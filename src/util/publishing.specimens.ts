// SPDX-License-Identifier: Apache-2.0
import { producerFinished, serviceName } from "../axon/index.ts";
import { at, Echo, specimen, type Specimens, type Surroundings } from "../testing/index.ts";
import { Backplane } from "./Backplane.ts";
import { backplaneName } from "./backplaneName.ts";
import { Fanout } from "./Fanout.ts";
import { GroupBy } from "./GroupBy.ts";
import { LossyConnector } from "./LossyConnector.ts";
import { Merge } from "./Merge.ts";
import { NullSink } from "./NullSink.ts";
import { PassThrough } from "./PassThrough.ts";
import { Plug } from "./Plug.ts";
import { PublishTo } from "./PublishTo.ts";
import { RegisterService } from "./RegisterService.ts";
import { Splitter } from "./Splitter.ts";
import { Subscribe, type ServiceRequest } from "./Subscribe.ts";
import { SubscribeTo, type SubscribeToOptions } from "./SubscribeTo.ts";
import { Tap } from "./Tap.ts";
import { ToService } from "./ToService.ts";
import { TwoWaySplitter } from "./TwoWaySplitter.ts";
import { Zip } from "./Zip.ts";

const NUMBERS = backplaneName<number>("numbers");
const ORDERS = serviceName<ServiceRequest<string>>("orders");
const inbox = [1, 2, 3, 4];

/** Makes a publisher or subscriber in a system where there is a Backplane, with something published. */
const beside =
  <C>(make: () => C, published: readonly number[] = []) =>
  ({ system }: Surroundings): C => {
    const backplane = system.activate(Backplane(NUMBERS, { replay: 3 }));
    for (const number of published) backplane.inboxes.inbox.deliver(number);
    return make();
  };
const subscriber =
  (options: SubscribeToOptions): (() => ReturnType<typeof SubscribeTo<number>>) =>
  () =>
    SubscribeTo(NUMBERS, options);
const loses = { but: { loses: "what there is no room for is dropped" } };
const toBackplane = { but: { silent: "what it sends goes to the Backplane" } };

export const specimens: Specimens = {
  Backplane: [
    specimen(() => Backplane(NUMBERS), { inbox, configuration: [] }),
    specimen(() => Backplane(NUMBERS, { replay: 2 }), { inbox, configuration: [] }),
  ],
  PublishTo: [
    specimen(
      beside(() => PublishTo(NUMBERS)),
      { inbox },
      toBackplane,
    ),
    specimen(
      beside(() => PublishTo(NUMBERS, { forwarder: true })),
      { inbox },
    ),
  ],
  SubscribeTo: [
    specimen(beside(subscriber({})), { inbox }),
    specimen(subscriber({}), { inbox }),
    specimen(beside(subscriber({ whenFull: "dropOldest", buffer: 2 }), [7, 8, 9]), { inbox }, loses),
    specimen(beside(subscriber({ whenFull: "dropNewest", buffer: 2 }), [7, 8, 9]), { inbox }, loses),
    specimen(beside(subscriber({ whenFull: "disconnect", buffer: 2 }), [7, 8, 9]), { inbox }, loses),
  ],
  Splitter: specimen(() => Splitter<number>(), { inbox, configuration: [] }),
  Plug: [
    specimen(({ system }) => Plug(system.activate(Splitter<number>()), Echo<number>()), { inbox }),
    specimen(({ system }) => Plug(system.activate(Backplane(NUMBERS)), Echo<number>()), { inbox }),
  ],
  Fanout: specimen(() => Fanout<number, "a" | "b">(["a", "b"]), { inbox }),
  TwoWaySplitter: specimen(() => TwoWaySplitter<number>(), { inbox }),
  Merge: [
    specimen(() => Merge<number, "a" | "b">(["a", "b"]), { a: inbox, b: [5, 6], a_control: [], b_control: [] }),
    specimen(() => Merge<number, "a" | "b">(["a", "b"]), {
      a: inbox,
      b: [5, 6],
      a_control: [producerFinished()],
      b_control: [producerFinished()],
    }),
  ],
  Zip: specimen(() => Zip<{ a: number; b: string }>(["a", "b"]), { a: inbox, b: ["x", "y", "z", "!"], a_control: [], b_control: [] }),
  GroupBy: [
    specimen(
      () =>
        GroupBy(
          (n: number) => n % 2,
          () => Echo<number>(),
        ),
      { inbox },
    ),
    specimen(
      () =>
        GroupBy(
          (n: number) => n % 3,
          () => Echo<number>(),
          { max: 1 },
        ),
      { inbox },
    ),
  ],
  Tap: specimen(() => Tap<number>(), { inbox }),
  LossyConnector: [
    specimen(() => LossyConnector<number>(), { inbox }, loses),
    specimen(() => LossyConnector<number>({ drop: "oldest" }), { inbox }, loses),
    specimen(() => LossyConnector<number>({ buffer: 100 }), { inbox }),
  ],
  NullSink: specimen(() => NullSink<number>(), { inbox }),
  PassThrough: [
    specimen(() => PassThrough<number>(), { inbox }),
    specimen(
      () => PassThrough<number>({ shutdownOn: ["producerFinished"] }),
      { inbox },
      { but: { stops: "it goes on after shutdownMicroprocess" } },
    ),
  ],
  RegisterService: "offers inboxes of a component, and makes none",
  ToService: specimen(
    ({ system }) =>
      ToService<number>(RegisterService(system.activate(Echo<number>()), { numbers: "inbox" }, system) && serviceName("numbers")),
    { inbox },
  ),
  Subscribe: [
    specimen(
      ({ system }) =>
        Subscribe(RegisterService(system.activate(Echo<ServiceRequest<string>>()), { orders: "inbox" }, system) && ORDERS, "tea"),
      { inbox: at({ 0: 1, 10: 2, 20: 3 }) },
    ),
    specimen(() => Subscribe<string>(ORDERS, "tea"), { inbox }),
  ],
};
