// SPDX-License-Identifier: Apache-2.0
import { availableParallelism } from "node:os";
import { type Component, component, realClock, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { Journal } from "./journal.ts";
import { Progress, type ProgressScreen } from "./progress.ts";
import { Results } from "./Results.ts";
import { estimate } from "./statistics.ts";
import { Trials, type TrialsOptions } from "./Trials.ts";
import { type Experiment, keyOf, type MeasuresOf, type Outcome, type ParametersOf, type Plan, trialsOf, wentWell } from "./plans.ts";

/** How to run an experiment. */
export interface ExperimentOptions<P> extends Plan<P>, TrialsOptions {
  /** How sure the intervals are to hold the true mean. Default 0.95. */
  readonly confidence?: number;
  /** A file that each run is written to when it is done; what is in it already is not done again. Default: none. */
  readonly journal?: string;
  /** Where to say how far it is; false: nowhere. Default: standard error. */
  readonly progress?: ProgressScreen | false;
  /** Stops it; what is done is kept, as after Ctrl-C. */
  readonly signal?: AbortSignal;
}

/**
 * Runs an experiment at all points of a plan, several times each, on all cores, and puts together what came of it.
 *
 * The URL of a module is loaded by several threads: the experiment is its default export. A function runs on this thread, one run after the other.
 * What comes out does not depend on the number of threads: seeds are made from the plan's seed, the parameters and the number of the repetition.
 * A run that fails is in `failures`, with its parameters and its seed; the others go on. Ctrl-C, or the signal, keeps what is done: `complete` is false then.
 *
 * @throws RangeError for a plan without points, and for numbers that cannot be; TypeError for parameters that a JSON file cannot hold; what reading and
 * writing the journal throws
 * @example
 * const dice = ({ sides }: { sides: number }, seed: number) => ({ score: 1 + new SeededRandom(seed).integer(sides) });
 * const results = await runExperiment(dice, { grid: { sides: [6, 20] }, repetitions: 1000, progress: false });
 * results.points.map(({ measures }) => measures.score.mean.toFixed(1)); // [3.5, 10.4]
 */
export async function runExperiment<E extends Experiment>(
  experiment: E | URL,
  options: ExperimentOptions<ParametersOf<E>>,
): Promise<Results<ParametersOf<E>, MeasuresOf<E>>> {
  type P = ParametersOf<E>;
  type M = MeasuresOf<E>;
  const {
    confidence = 0.95,
    journal: path,
    progress: screen = process.stderr,
    signal,
    threads = availableParallelism(),
    timeout,
  } = options;
  estimate([], confidence); // says what is wrong with it before hours of work, not after them
  const plan = trialsOf(options);
  const journal = path === undefined ? undefined : new Journal<P, M>(path);
  const outcomes = new Map<string, Outcome<P, M>>(plan.flatMap((trial) => journal?.find(trial) ?? []).map((run) => [keyOf(run), run]));
  const trials = plan.filter((trial) => !outcomes.has(keyOf(trial)));
  const counts = { total: plan.length, known: outcomes.size, threads: experiment instanceof URL ? Math.min(threads, trials.length) : 1 };
  const source = Trials(experiment, { trials, threads, ...(timeout !== undefined && { timeout }) });
  const progress = screen === false ? undefined : new Progress(screen, realClock, counts);
  const sink = Note<Outcome<P, M>>((outcome) => {
    outcomes.set(keyOf(outcome), outcome);
    if (wentWell(outcome)) journal?.add(outcome);
    progress?.add(outcome);
  });
  try {
    if (signal?.aborted !== true) await run(Pipeline(source, sink), signal);
  } finally {
    progress?.end();
  }
  const inOrder = plan.flatMap((trial) => outcomes.get(keyOf(trial)) ?? []);
  return new Results(inOrder, { complete: inOrder.length === plan.length, confidence });
}

/** Runs a component in a system of its own, up to its end, Ctrl-C, or the signal. */
async function run(main: Component<{}, {}>, signal: AbortSignal | undefined): Promise<void> {
  const system = new System();
  const stop = (): void => void system.stop({ within: 0 });
  signal?.addEventListener("abort", stop);
  try {
    await system.run(main);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** Calls back for each message. */
function Note<T>(note: (message: T) => void): Component<{ inbox: T }, {}> {
  return component(Note, {
    inboxes: { inbox: "what to note" },
    *main({ inbox }) {
      while (yield inbox) for (const message of inbox) note(message);
    },
  });
}
