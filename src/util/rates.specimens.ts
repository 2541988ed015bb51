// SPDX-License-Identifier: Apache-2.0
import { at, specimen, type Specimens } from "../testing/index.ts";
import { Behaviour, type BehaviourCommand } from "./Behaviour.ts";
import { loopingCounter } from "./behaviours.ts";
import { ByteRate_RequestControl } from "./ByteRate_RequestControl.ts";
import { Cache } from "./Cache.ts";
import { Chargen } from "./Chargen.ts";
import { Debounce } from "./Debounce.ts";
import { Delay } from "./Delay.ts";
import { ForwardIteratingChooser } from "./ForwardIteratingChooser.ts";
import { InterpreterTransformer } from "./InterpreterTransformer.ts";
import { MapAsync } from "./MapAsync.ts";
import { MessageRateLimit } from "./MessageRateLimit.ts";
import { OnDemandLimit } from "./OnDemandLimit.ts";
import { PromptedTurnstile } from "./PromptedTurnstile.ts";
import { Retry } from "./Retry.ts";
import { Throttle } from "./Throttle.ts";
import { Ticker } from "./Ticker.ts";
import { Timeout } from "./Timeout.ts";
import { VariableByteRate_RequestControl } from "./VariableByteRate_RequestControl.ts";

const numbers = [1, 2, 3, 4, 5];
const burst = at({ 0: 1, 10: 2, 200: 3, 210: 4, 500: 5 });

export const specimens: Specimens = {
  Behaviour: [
    specimen(() => Behaviour(numbers), { inbox: [] as BehaviourCommand[] }),
    specimen(() => Behaviour(loopingCounter(1)), { inbox: [] as BehaviourCommand[] }, { but: { endless: "its values go on for ever" } }),
  ],
  ByteRate_RequestControl: specimen(
    () => ByteRate_RequestControl({ rate: 100, chunkRate: 3 }),
    {},
    { but: { endless: "it asks until it is told to stop" } },
  ),
  Cache: specimen(() => Cache(async (n: number, { sleep }) => (await sleep(10), n)), { inbox: [1, 2, 1, 3, 2] }),
  Chargen: specimen(() => Chargen(), {}, { but: { endless: "it sends until it is told to stop" } }),
  Debounce: specimen(() => Debounce<number>({ quiet: 100 }), { inbox: burst }),
  Delay: specimen(() => Delay<number>(100), { inbox: burst }),
  ForwardIteratingChooser: specimen(() => ForwardIteratingChooser(["a", "b", "c"]), { inbox: ["NEXT", "SAME", "NEXT"] }),
  InterpreterTransformer: specimen(() => InterpreterTransformer(), { inbox: ["const x = 1", "x + 1", "_ * 2"] }),
  MapAsync: [
    specimen(() => MapAsync(async (n: number, { sleep }) => (await sleep(50 - n * 10), n), { concurrency: 2 }), { inbox: numbers }),
    specimen(() => MapAsync(async (n: number, { sleep }) => (await sleep(n), n), { ordered: false }), { inbox: burst }),
  ],
  MessageRateLimit: specimen(() => MessageRateLimit<number>(10, { buffer: 3 }), { inbox: numbers }),
  OnDemandLimit: specimen(() => OnDemandLimit<number>(), { inbox: numbers, slidecontrol: ["NEXT", "NEXT", "NEXT", "NEXT", "NEXT"] }),
  PromptedTurnstile: specimen(() => PromptedTurnstile<number>(), { inbox: numbers, next: numbers }),
  Retry: specimen(
    () =>
      Retry(async (n: number, { attempt }) => {
        if (attempt < n) throw new Error("not yet");
        return n;
      }),
    { inbox: numbers },
  ),
  Throttle: specimen(() => Throttle<number>({ every: 100 }), { inbox: burst }),
  Ticker: [
    specimen(() => Ticker({ every: 100, times: 5 }), {}),
    specimen(() => Ticker({ every: 100 }), {}, { but: { endless: "it ticks until it is told to stop" } }),
  ],
  Timeout: specimen(() => Timeout<number>({ after: 10_000, action: "end" }), { inbox: burst }),
  VariableByteRate_RequestControl: specimen(
    () => VariableByteRate_RequestControl({ rate: 100, chunkRate: 3 }),
    { inbox: at({ 100: 200, 500: 50, 1000: 100 }) },
    { but: { endless: "it asks until it is told to stop" } },
  ),
};
