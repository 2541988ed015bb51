// SPDX-License-Identifier: Apache-2.0
// Things that @example blocks speak of, and that are not ours: a program that uses one is compiled, and not run. Keep it short.
import type { Socket } from "node:net";
import type { Component, System } from "../src/axon/index.ts";

/** A component of the reader's own, whatever it takes and sends. */
type Any = Component<{ inbox: any }, { outbox: any }>;

export declare const system: System;
export declare const socket: Socket;
/** A component that runs on a thread, and what it does there. */
export declare function Crunch(): Component<{ inbox: number }, { outbox: { n: number; factors: number[] } }>;
export declare function factorise(n: number): number[];
export declare function Camera(): Any;
export declare function Screen(): Any;
export declare function Microphone(): Any;
export declare function Loudspeaker(): Any;
/** Two sides of a network. */
export declare function Sender(): Any;
export declare function Receiver(): Any;
