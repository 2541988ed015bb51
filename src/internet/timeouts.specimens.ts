// SPDX-License-Identifier: Apache-2.0
import { Echo, specimen, type Specimens } from "../testing/index.ts";
import { ActivityMonitor } from "./ActivityMonitor.ts";
import { ExtendedInactivity } from "./ExtendedInactivity.ts";
import { InactivityChassis } from "./InactivityChassis.ts";
import { NoActivityTimeout } from "./NoActivityTimeout.ts";
import { PeriodicWakeup } from "./PeriodicWakeup.ts";
import { ResettableSender } from "./ResettableSender.ts";

const inputs = { inbox: [1, 2, 3] };
const patient = { timeout: 3_600_000 };
const looks = { endless: "it looks now and then whether anything has come or gone" };
const kind = "InactivityChassis";

export const specimens: Specimens = {
  ActivityMonitor: specimen(
    () => ActivityMonitor(),
    { ...inputs, inbox2: [4], inbox3: [5] },
    { compare: (messages, box) => (box === "observed" ? messages.length > 0 : messages) },
  ),
  ExtendedInactivity: specimen(() => ExtendedInactivity(() => Echo<number>())(patient), inputs, { kind, but: looks }),
  InactivityChassis: specimen(() => InactivityChassis(Echo<number>(), patient), inputs, { but: looks }),
  NoActivityTimeout: specimen(() => NoActivityTimeout(() => Echo<number>(), patient)(), inputs, { kind, but: looks }),
  PeriodicWakeup: specimen(() => PeriodicWakeup({ interval: 1000 }), {}, { but: { endless: "it ticks until it is told to stop" } }),
  ResettableSender: specimen(() => ResettableSender({ timeout: 1000 }), inputs, { but: { drains: "it sends only when its time is over" } }),
};
