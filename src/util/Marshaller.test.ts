// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { Marshaller } from "./Marshaller.ts";

class Celsius {
  readonly degrees: number;

  constructor(degrees: number) {
    this.degrees = degrees;
  }

  static marshall({ degrees }: Celsius): string {
    return `${degrees} °C`;
  }
}

test("Marshaller() writes each item as the format does, be it a class or an object", async () => {
  await drive(Marshaller(Celsius), { inbox: [new Celsius(1), new Celsius(-2)] }).expect({ outbox: ["1 °C", "-2 °C"] });
  await drive(Marshaller({ marshall: (list: number[]) => Uint8Array.from(list) }), { inbox: [[1]] }).expect({ outbox: [Uint8Array.of(1)] });
});
test("Marshaller() fails with what the format throws", async () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  await assert.rejects(drive(Marshaller({ marshall: (item: object) => JSON.stringify(item) }), { inbox: [circle] }), /Marshaller_1 failed/);
});
