// SPDX-License-Identifier: Apache-2.0
// A thread that runs an experiment, as often as it is told to. Experiments are not in our source: their modules are loaded by name.
import { worker } from "../axon/index.ts";
import { perform } from "./perform.ts";
import type { TrialThread } from "./Trials.ts";

worker<typeof TrialThread>(async ({ inbox }, { outbox }) => {
  for await (const { module = "", trial } of inbox) {
    const find = async (): Promise<unknown> => {
      const { default: experiment }: { readonly default?: unknown } = await import(module);
      return experiment;
    };
    outbox.send(await perform(find, trial));
  }
});
