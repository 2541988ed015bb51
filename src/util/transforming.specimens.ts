// SPDX-License-Identifier: Apache-2.0
import { at, specimen, type Specimens } from "../testing/index.ts";
import { Batch } from "./Batch.ts";
import { Chunkifier } from "./Chunkifier.ts";
import { ChunkNamer } from "./ChunkNamer.ts";
import { Collate } from "./Collate.ts";
import { Comparator } from "./Comparator.ts";
import { DataSource } from "./DataSource.ts";
import { Dedupe } from "./Dedupe.ts";
import { DeMarshaller } from "./DeMarshaller.ts";
import { Detuple } from "./Detuple.ts";
import { Filter } from "./Filter.ts";
import { FirstOnly } from "./FirstOnly.ts";
import { FlatMap } from "./FlatMap.ts";
import { LineSplit } from "./LineSplit.ts";
import { Marshaller } from "./Marshaller.ts";
import { Max } from "./Max.ts";
import { OneShot } from "./OneShot.ts";
import { PureTransformer } from "./PureTransformer.ts";
import { RangeFilter } from "./RangeFilter.ts";
import { RateChunker } from "./RateChunker.ts";
import { Reduce } from "./Reduce.ts";
import { Scan } from "./Scan.ts";
import { SequentialTransformer } from "./SequentialTransformer.ts";
import { Skip } from "./Skip.ts";
import { Stringify } from "./Stringify.ts";
import { Sync } from "./Sync.ts";
import { TagWithSequenceNumber } from "./TagWithSequenceNumber.ts";
import { Take } from "./Take.ts";
import { TestResult } from "./TestResult.ts";
import { lines_to_tokenlists, tokenlists_to_lines } from "./Tokenisation.ts";
import { TriggeredOneShot } from "./TriggeredOneShot.ts";
import { TriggeredSource } from "./TriggeredSource.ts";
import { UnseenOnly } from "./UnseenOnly.ts";
import { Window } from "./Window.ts";

const numbers = [1, 2, 3, 4, 5];
const chunks = ["one\ntwo\nth", "ree\nfour", "\nfive\nsix"];
const bytes = chunks.map((chunk) => new TextEncoder().encode(chunk));
const overTime = at({ 0: 1, 50: 2, 250: 3, 260: 4 });
const early = "it ends when it has seen enough";

export const specimens: Specimens = {
  Batch: [
    specimen(() => Batch({ size: 2 }), { inbox: numbers }),
    specimen(() => Batch({ within: 100 }), { inbox: overTime }),
    specimen(() => Batch({ size: 2, within: 100 }), { inbox: overTime }),
  ],
  Chunkifier: [
    specimen(() => Chunkifier(3), { inbox: bytes }),
    specimen(
      () => Chunkifier(4, { nodelay: true }),
      { inbox: bytes },
      { compare: (messages) => Buffer.concat(messages as Buffer[]).toString() },
    ),
  ],
  ChunkNamer: specimen(() => ChunkNamer(), { inbox: numbers }),
  Collate: specimen(() => Collate(), { inbox: numbers }),
  Comparator: specimen(() => Comparator(), { inA: numbers, inB: [1, 0, 3, 0, 5] }),
  DataSource: specimen(() => DataSource(numbers)),
  Dedupe: specimen(() => Dedupe(), { inbox: [1, 1, 2, 3, 3] }),
  DeMarshaller: specimen(() => DeMarshaller({ demarshall: Number }), { inbox: ["1", "2", "3"] }),
  Detuple: specimen(() => Detuple(1), { inbox: ["ab", "cd", "ef"] }),
  Filter: [
    specimen(() => Filter((n: number) => n % 2 === 1), { inbox: numbers }),
    specimen(() => Filter({ filter: (n: number | "") => n }), { inbox: numbers }),
  ],
  FirstOnly: specimen(() => FirstOnly(), { inbox: numbers }),
  FlatMap: specimen(() => FlatMap((n: number) => [n, n, n]), { inbox: numbers }),
  LineSplit: [
    specimen(() => LineSplit(), { inbox: chunks }),
    specimen(() => LineSplit({ maxLength: 3, overlong: "cut" }), { inbox: bytes }),
    specimen(() => LineSplit({ maxLength: 3, overlong: "skip" }), { inbox: bytes }),
  ],
  Marshaller: specimen(() => Marshaller({ marshall: String }), { inbox: numbers }),
  Max: specimen(() => Max(), { inbox: [numbers, [7], [1, 2]] }),
  OneShot: specimen(() => OneShot("once")),
  PureTransformer: specimen(() => PureTransformer((n: number) => (n === 2 ? undefined : n)), { inbox: numbers }),
  RangeFilter: specimen(() => RangeFilter([[2, 4]]), { inbox: numbers.map((n) => [n]) }),
  RateChunker: specimen(() => RateChunker({ dataRate: 10, chunkRate: 4 }), { inbox: bytes }),
  Reduce: specimen(() => Reduce((sum, n: number) => sum + n, 0), { inbox: numbers }),
  Scan: specimen(() => Scan((sum, n: number) => sum + n, 0), { inbox: numbers }),
  SequentialTransformer: specimen(() => SequentialTransformer((n: number) => n + 1, String), { inbox: numbers }),
  Skip: specimen(() => Skip(1), { inbox: numbers }),
  Stringify: specimen(() => Stringify(), { inbox: numbers }),
  Sync: specimen(() => Sync(2), { inbox: numbers }),
  TagWithSequenceNumber: specimen(() => TagWithSequenceNumber(), { inbox: numbers }),
  Take: specimen(() => Take(3), { inbox: numbers }, { but: { unread: early } }),
  TestResult: specimen(() => TestResult(), { inbox: numbers }),
  tokenlists_to_lines: specimen(() => tokenlists_to_lines(), { inbox: [["a"], ["b", ["c"]], []] }),
  lines_to_tokenlists: specimen(() => lines_to_tokenlists(), { inbox: ["a \n", "[ b ] \n", "] \n", "c \n"] }),
  Transformer: "a class to extend; its test has a specimen",
  TriggeredOneShot: specimen(() => TriggeredOneShot("once"), { inbox: numbers }, { but: { unread: early } }),
  TriggeredSource: specimen(() => TriggeredSource("again"), { inbox: numbers }),
  UnseenOnly: specimen(() => UnseenOnly(), { inbox: [1, 2, 1, 3, 2] }),
  Window: [specimen(() => Window({ size: 3, step: 2 }), { inbox: numbers }), specimen(() => Window({ within: 100 }), { inbox: overTime })],
};
