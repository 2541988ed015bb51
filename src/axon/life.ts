// SPDX-License-Identifier: Apache-2.0
import type { Component } from "./Component.ts";
import { clearWait } from "./consider.ts";
import { andAlso, ComponentFailure, Stopped } from "./errors.ts";
import { COMMANDS, type Inbox } from "./Inbox.ts";
import { isShutdown, type Shutdown, producerFinished, shutdownMicroprocess } from "./ipc.ts";
import {
  CLOSING,
  ENDED,
  KILLED,
  OWNS_CONTROL,
  OWNS_SIGNAL,
  PASSED_FINISH,
  PASSED_STOP,
  QUEUED,
  REGISTERED,
  STARTED,
  STOPPING,
  THROWING,
} from "./flags.ts";
import { Members } from "./Members.ts";
import type { Microprocess } from "./Microprocess.ts";
import { interruptFor, isRunning, resume } from "./running.ts";
import type { System } from "./System.ts";

/** What the watcher of a component is told when it has ended. */
export interface Ended {
  readonly component: Component<any, any>;
  /** "finished": by itself or asked to; "failed": it threw; "killed": it was ended by force. */
  readonly reason: "finished" | "failed" | "killed";
  /** Why it failed, with the stack. */
  readonly failure: ComponentFailure | undefined;
}

/** How often a `finally` block that yields is resumed while it is being ended by force. */
const PATIENCE = 100;

/** Gives a component its place in a system, and its first turn. */
export function activate(p: Microprocess, system: System, parent: Microprocess | undefined): void {
  if ((p.flags & ENDED) !== 0) throw new Error(`Cannot activate ${p.name}: it has ended; make a new one`);
  if ((p.flags & STARTED) !== 0) return;
  if (p.parent !== undefined) checkHome(p, p.parent, system);
  p.system = system;
  p.id = ++system.activated;
  p.flags |= STARTED | QUEUED;
  p.parent ??= parent;
  if (p.parent === undefined) system.roots.add(p);
  else (p.parent.children ??= new Members()).add(p);
  system.live++;
  system.changes?.emit({ type: "activated", component: p.component });
  system.enqueue(p);
  const passed = p.parent?.flags ?? 0;
  if (system.stopping || (passed & PASSED_STOP) !== 0) p.component.stop();
  else if ((passed & PASSED_FINISH) !== 0) p.component.stop(p.parent!.shutdown);
}

function checkHome(p: Microprocess, parent: Microprocess, system: System): void {
  if (parent.system === system || parent.system === undefined) return;
  throw new Error(`Cannot activate ${p.name} in another system than its parent ${parent.name}: children live in their parent's`);
}

/** `main` is over: the component ends when its children have. They are told to stop only if it was told, or has failed. */
export function finish(p: Microprocess, error?: { readonly thrown: unknown }): void {
  p.generator = undefined;
  clearWait(p);
  if (error !== undefined && !(error.thrown instanceof Stopped)) fail(p, error.thrown);
  if ((p.flags & THROWING) !== 0) for (const further of p.takeErrors()) fail(p, further);
  p.flags |= CLOSING;
  if ((p.flags & OWNS_CONTROL) !== 0) hearControl(p);
  if (p.children !== undefined) {
    for (const child of p.children) if ((child.flags & STARTED) === 0) kill(child);
    if (p.children.size > 0) {
      passOn(p);
      return;
    }
  }
  complete(p);
}

/** A component whose `main` is over hands what it is told to its children, once. */
export function passOn(p: Microprocess): void {
  let message: Shutdown | undefined = p.shutdown;
  if (p.failure !== undefined && (p.flags & STOPPING) === 0) message = shutdownMicroprocess();
  if (message === undefined || p.children === undefined) return;
  const passed = message.type === "shutdownMicroprocess" ? PASSED_STOP : PASSED_FINISH;
  if ((p.flags & (passed | PASSED_STOP)) !== 0) return;
  p.flags |= passed;
  for (const child of [...p.children]) child.component.stop(message);
}

/** Nobody reads the control box of a component whose `main` is over: the kernel does. */
function hearControl(p: Microprocess): void {
  const control = p.component.inboxes["control"] as Inbox;
  control.onArrival = COMMANDS;
  while (control.length > 0) p.tell(control.recv());
}

/**
 * A component that has ended still passes a shutdownMicroprocess on, unless it has passed one on before: who stops a chain at its start stops all of it,
 * also when the start is over already. Answers whether it did. A loop, so that the length of the chain does not matter.
 */
export function hearAfterwards(p: Microprocess, message: unknown): boolean {
  if (!isShutdown(message) || message.type !== "shutdownMicroprocess") return false;
  for (let ended = p; ended.shutdown?.type !== "shutdownMicroprocess";) {
    ended.shutdown = message;
    const signal = ended.component.outboxes["signal"]!;
    const { target } = signal;
    if (target === undefined) break;
    const { owner } = target;
    if ((owner.flags & ENDED) === 0 || owner.component.inboxes["control"] !== target) {
      signal.send(message);
      break;
    }
    ended = owner;
  }
  return true;
}

/** Ends a component and all below it by force: children before parents, every `finally` runs. */
export function kill(root: Microprocess): void {
  const doomed = [root];
  for (const p of doomed) if (p.children !== undefined) for (const child of p.children) doomed.push(child);
  for (const p of doomed.reverse()) {
    if ((p.flags & ENDED) !== 0) continue;
    if ((p.flags & STARTED) === 0) {
      abandon(p);
      continue;
    }
    p.flags |= KILLED | STOPPING;
    p.shutdown ??= shutdownMicroprocess();
    if (!isRunning(p)) unwind(p);
  }
}

/** Runs the `finally` blocks of a `main` that is being ended by force, and nothing else of it. */
export function unwind(p: Microprocess): void {
  if ((p.flags & CLOSING) !== 0) return;
  const generator = p.generator;
  const queued = p.flags & QUEUED;
  p.flags |= QUEUED; // it gets no turn any more for what happens meanwhile
  interruptFor(p);
  let error: { thrown: unknown } | undefined;
  try {
    let patience = PATIENCE;
    while (generator !== undefined && generator.return().done !== true) {
      if (--patience > 0) continue;
      error = { thrown: new Error(`Cannot end ${p.name}: its "finally" block goes on yielding; let it return`) };
      break;
    }
  } catch (thrown) {
    error = { thrown };
  }
  resume();
  if (queued === 0) p.flags &= ~QUEUED;
  finish(p, error);
}

/** Takes a component that was never activated out of the world. */
function abandon(p: Microprocess): void {
  p.flags |= ENDED;
  p.parent?.children?.delete(p);
  closeBoxes(p);
  unlinkAll(p);
  p.extras?.ended?.resolve();
}

/**
 * A component is over, and with it perhaps its parent, which only waited for this. A loop, so that depth does not matter.
 * Nobody's turn: whoever brought the end about is not held for what is sent now, and gets no children by it.
 */
function complete(first: Microprocess): void {
  interruptFor(undefined);
  try {
    for (let p: Microprocess | undefined = first; p !== undefined;) {
      const ended: Microprocess = p;
      p = undefined;
      if ((ended.flags & ENDED) !== 0) continue;
      close(ended);
      const parent = ended.parent;
      parent?.children?.delete(ended);
      if (parent === undefined) ended.system!.roots.delete(ended);
      tellOthers(ended, parent);
      if (parent !== undefined && (parent.flags & (CLOSING | ENDED)) === CLOSING && parent.children!.size === 0) p = parent;
      ended.system!.ended(ended);
    }
  } finally {
    resume();
  }
}

function close(p: Microprocess): void {
  p.letGo();
  p.flags = (p.flags | ENDED) & ~THROWING;
  if (p.failure === undefined && (p.flags & OWNS_SIGNAL) === 0) {
    const signal = p.component.outboxes["signal"]!;
    if (signal.target !== undefined) signal.send(p.shutdown ?? producerFinished());
  }
  closeBoxes(p);
  unlinkAll(p);
  if ((p.flags & REGISTERED) !== 0) p.system!.services.forget(p.component);
  p.system!.live--;
}

/** From now on messages are dropped, and counted; senders are held no longer. */
function closeBoxes(p: Microprocess): void {
  const { inboxes } = p.component;
  for (const name in inboxes) inboxes[name]!.close();
}

function unlinkAll(p: Microprocess): void {
  if (p.linkages !== undefined) for (const linkage of [...p.linkages]) linkage.unlink();
}

function tellOthers(p: Microprocess, parent: Microprocess | undefined): void {
  p.system!.changes?.emit({ type: "ended", ...howEnded(p) });
  p.extras?.ended?.resolve();
  if (p.extras?.watcher !== undefined) tellWatcher(p, p.extras.watcher);
  else if (p.failure !== undefined) childFailed(p.system!, parent, p.failure);
  parent?.wake();
}

function howEnded({ component, flags, failure }: Microprocess): Ended {
  return { component, reason: failure !== undefined ? "failed" : (flags & KILLED) !== 0 ? "killed" : "finished", failure };
}

/** A watcher is part of the parent: what it throws, the parent has thrown. */
export function tellWatcher(p: Microprocess, watcher: Inbox<Ended> | ((ended: Ended) => void)): void {
  const ended = howEnded(p);
  try {
    if (typeof watcher === "function") watcher(ended);
    else watcher.deliver(ended);
  } catch (thrown) {
    childFailed(p.system!, p.parent, p.parent === undefined ? asFailure(p, thrown) : thrown);
  }
}

/** A failure nobody watches for is thrown at the parent's `yield`. If there is no parent to take it, it is the system's. */
function childFailed(system: System, parent: Microprocess | undefined, error: unknown): void {
  if (parent === undefined) {
    system.fail(error);
  } else if ((parent.flags & CLOSING) !== 0) {
    fail(parent, error);
    passOn(parent);
  } else {
    parent.throw(error);
  }
}

/** A component fails with the first error; those that come on top of it are noted there. */
function fail(p: Microprocess, thrown: unknown): void {
  const failure = asFailure(p, thrown);
  if (p.failure === undefined) p.failure = failure;
  else andAlso(p.failure, failure);
}

function asFailure(p: Microprocess, thrown: unknown): ComponentFailure {
  return thrown instanceof ComponentFailure ? thrown : new ComponentFailure(p.path, thrown);
}
