// SPDX-License-Identifier: Apache-2.0
import type { Component } from "../../axon/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import { SimpleFileWriter } from "../../file/index.ts";
import { IcecastStreamRemoveMetadata } from "./IcecastStreamRemoveMetadata.ts";
import type { IceIPC } from "./messages.ts";

/**
 * Writes the sound of a stream to a file, without the metadata. It is there from the beginning on, and has all that has come when it ends.
 *
 * @example
 * const url = "http://127.0.0.1:8000/radio";
 * await Pipeline(IcecastClient(url), IcecastDemux(), IcecastStreamWriter("recording.mp3")).run(); // until it is stopped
 */
export function IcecastStreamWriter(filename: string): Component<{ inbox: IceIPC }, {}> {
  return Pipeline(IcecastStreamRemoveMetadata(), SimpleFileWriter(filename));
}
