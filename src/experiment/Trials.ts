// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { anyOf, type Component, component, type Ended, producerFinished, settled, sleep, thread } from "../axon/index.ts";
import { FileError } from "../file/index.ts";
import { failed, perform } from "./perform.ts";
import { type Experiment, type MeasuresOf, type Outcome, type ParametersOf, type Plan, type Trial, trialsOf } from "./plans.ts";

/** How to run trials. */
export interface TrialsOptions {
  /** Threads that run the experiment at the same time. Default: as many as there are cores. */
  readonly threads?: number;
  /** Milliseconds of real time that a run may take; then its thread is ended, and the run has failed. Default: no limit. */
  readonly timeout?: number;
}

/** What {@link Trials} needs to know. */
export type TrialsPlan<P> = (Plan<P> | { readonly trials: readonly Trial<P>[] }) & TrialsOptions;

/**
 * Runs an experiment at all points of a plan, and sends what became of each run as soon as it is known: first come, first served.
 *
 * The URL of a module is loaded by several threads, which run its default export at the same time (in a build, `.js` is tried for `.ts`); a function runs on this
 * thread, one run after the other.
 * A run that throws, ends its thread, or takes too long costs itself only.
 *
 * @throws RangeError for a plan without points, and for numbers that cannot be; TypeError for parameters that a JSON file cannot hold; FileError for a module
 * that is not there
 * @example
 * const flip = (_: object, seed: number) => ({ heads: new SeededRandom(seed).integer(2) });
 * await Pipeline(Trials(flip, { points: [{}], repetitions: 3, seed: 6 }), PureTransformer(({ repetition }) => repetition), ConsoleEchoer()).run(); // 012
 */
export function Trials<E extends Experiment>(
  experiment: E | URL,
  plan: TrialsPlan<ParametersOf<E>>,
): Component<{}, { outbox: Outcome<ParametersOf<E>, MeasuresOf<E>> }> {
  const { threads = availableParallelism(), timeout = Infinity } = plan;
  if (!(Number.isInteger(threads) && threads >= 1)) throw new RangeError(`Cannot run on ${threads} threads: give a whole number from 1`);
  if (!(timeout > 0)) throw new RangeError(`Cannot run within ${timeout} ms: give more than 0`);
  const trials = "trials" in plan ? plan.trials : trialsOf(plan);
  const desks = experiment instanceof URL ? Math.min(threads, trials.length) : 1;
  const module = experiment instanceof URL ? { module: existing(experiment) } : {};
  return component(Trials, {
    outboxes: { outbox: "what became of each run" },
    *main(_, { outbox }, self) {
      const queue = trials.values();
      for (let i = 0; i < desks; i++) {
        const desk = Desk(queue, () => (experiment instanceof URL ? TrialThread() : TrialHere(experiment)), { timeout, ...module });
        self.addChildren(desk);
        self.link(desk.outboxes.outbox, outbox, { passthrough: 2 });
        desk.activate();
      }
    },
  });
}

/** A run for a thread. @internal */
export interface Job {
  /** Where the experiment is, for a thread. */
  readonly module?: string;
  readonly trial: Trial;
}
type Runner = Component<{ inbox: Job }, { outbox: Outcome }>;
type DeskInboxes = { outcomes: Outcome; ended: Ended };

/** Has one run after the other done by somebody, and finds somebody else if that one is lost. */
function Desk(
  queue: Iterator<Trial>,
  hire: () => Runner,
  { timeout, ...module }: { readonly timeout: number; readonly module?: string },
): Component<DeskInboxes, { outbox: Outcome; jobs: Job }> {
  return component(Desk, {
    inboxes: { outcomes: "what became of the run", ended: "that who runs has ended" },
    outboxes: { outbox: "what became of each run", jobs: "the next run" },
    *main({ outcomes, ended }, { outbox, jobs }, self) {
      let runner: Runner | undefined;
      for (let next = queue.next(); next.done !== true; next = queue.next()) {
        if (runner === undefined) {
          runner = hire();
          self.addChildren(runner);
          self.watch(runner, ended);
          self.link(jobs, runner.inboxes.inbox);
          self.link(runner.outboxes.outbox, outcomes);
          runner.activate();
        }
        jobs.send({ ...module, trial: next.value });
        if (!(yield anyOf(outcomes, ended, sleep(timeout)))) return;
        if (outcomes.length > 0) {
          outbox.send(outcomes.recv());
          continue;
        }
        const isLate = ended.length === 0;
        if (isLate) runner.kill();
        if (!(yield ended)) return;
        const end = causeOf(ended.recv());
        outbox.send(failed(next.value, isLate ? new Error(`Cannot wait any longer: ${timeout} ms are over`) : end));
        self.unlink(runner);
        runner = undefined;
      }
      runner?.stop(producerFinished());
    },
  });
}

/** The module; in a build, what has become of it: `x.experiment.js` for `x.experiment.ts`. */
function existing(module: URL): string {
  const { href } = module;
  if (!href.startsWith("file:") || existsSync(module)) return href;
  const built = href.replace(/\.([cm]?)ts$/, ".$1js");
  if (existsSync(new URL(built))) return built;
  const message = 'there is no such module (ENOENT); give the URL of one: new URL("./x.experiment.ts", import.meta.url)';
  throw new FileError("run", fileURLToPath(module), { code: "ENOENT", message });
}

/** Why a thread ended: people want to read what happened there, not who told whom. */
function causeOf({ failure }: Ended): unknown {
  return failure?.cause ?? failure ?? new Error("its thread has ended");
}

/** Runs an experiment on a thread of its own. @internal */
export function TrialThread(): Runner {
  return thread(TrialThread, new URL("./trial.worker.ts", import.meta.url), {
    inboxes: { inbox: "runs that are to be" },
    outboxes: { outbox: "what became of them" },
    grace: 0, // an experiment only computes: there is nothing to wait for
  });
}

/** Runs an experiment on this thread. */
function TrialHere(experiment: Experiment): Runner {
  return component(TrialHere, {
    inboxes: { inbox: "runs that are to be" },
    outboxes: { outbox: "what became of them" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(yield* settled(perform(() => experiment, inbox.recv().trial)));
    },
  });
}
