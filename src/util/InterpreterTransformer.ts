// SPDX-License-Identifier: Apache-2.0
import { inspect, types } from "node:util";
import { type Context, createContext, Script } from "node:vm";
import { type Component, component, settled } from "../axon/index.ts";

/** What programs may use, and for how long. */
export interface InterpreterTransformerOptions {
  /** Names that programs know, beside those of JavaScript itself. Default: none. */
  readonly names?: Readonly<Record<string, unknown>>;
  /** Milliseconds after which a program that goes on and on is interrupted; meanwhile nothing else has a turn. Default 1000. */
  readonly timeout?: number;
}

/** Tells of a program that is not wrong, but not at its end. */
const UNFINISHED = /^(Unexpected end of input|Unterminated template literal|missing \) after argument list)$/;

/**
 * An interpreter for JavaScript: takes lines, and sends what they come to, as text. A program may go over several lines, names stay known, "_" is the
 * last result, and a promise is waited for. Look into a running system with it, or put it behind a server.
 *
 * Whoever can send to it can do what this process can: it is no protection that programs have a context of their own.
 *
 * @throws RangeError for a timeout that is not a whole number of milliseconds above 0
 * @example
 * await Pipeline(ConsoleReader(), InterpreterTransformer({ names: { system: defaultSystem() } }), ConsoleEchoer()).run();
 */
export function InterpreterTransformer({ names = {}, timeout = 1000 }: InterpreterTransformerOptions = {}): Component<
  { inbox: string },
  { outbox: string }
> {
  if (!(Number.isInteger(timeout) && timeout > 0 && timeout < 2 ** 32))
    throw new RangeError(`Cannot interrupt programs after ${timeout} ms: give a whole number above 0, of 32 bits`);
  return component(InterpreterTransformer, {
    inboxes: { inbox: "lines of a program" },
    outboxes: { outbox: "the result, as it would be written in a program" },
    *main({ inbox }, { outbox }, self) {
      const context = createContext({ ...names });
      let program = "";
      while ((yield inbox) || (program !== "" && !self.toldToStop)) {
        const isAll = inbox.length === 0; // the producer has finished, perhaps in the middle of a program
        if (!isAll) program += `${inbox.recv().replace(/\r?\n$/, "")}\n`;
        if (!isAll && isUnfinished(program)) continue;
        const result = yield* settled(evaluate(program, context, timeout));
        if (result !== undefined) outbox.send(result);
        program = "";
      }
    },
  });
}

/** What a program comes to, as text; undefined for one that says nothing. */
async function evaluate(program: string, context: Context, timeout: number): Promise<string | undefined> {
  if (program.trim() === "") return undefined;
  try {
    context["_"] = await compile(program).runInContext(context, { timeout });
    return `${inspect(context["_"])}\n`;
  } catch (error) {
    return `Uncaught ${inWords(error)}\n`;
  }
}

/** What was thrown. It may throw itself when one looks at it. */
function inWords(error: unknown): string {
  try {
    return types.isNativeError(error) ? String(error) : inspect(error);
  } catch {
    return "something that cannot be shown";
  }
}

/** A program that begins with a brace is taken for an object, if it can be one. */
function compile(program: string): Script {
  if (/^\s*\{/.test(program) && !/;\s*$/.test(program)) {
    try {
      return new Script(`(${program})`);
    } catch {
      // it is a block, then
    }
  }
  return new Script(program);
}

function isUnfinished(program: string): boolean {
  try {
    compile(program);
    return false;
  } catch (error) {
    return error instanceof SyntaxError && UNFINISHED.test(error.message);
  }
}
