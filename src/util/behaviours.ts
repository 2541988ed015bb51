// SPDX-License-Identifier: Apache-2.0

/** A number that goes down from 1.05 to 0.05 and up again, for ever, in steps of a tenth of the speed. */
export function* bouncingFloat(scaleSpeed: number): Generator<number, never> {
  for (let scale = 1, direction = 1; ;) {
    scale += 0.1 * scaleSpeed * direction;
    if (scale > 1 && direction > 0) [scale, direction] = [1.05, -1];
    if (scale < 0.1 && direction < 0) [scale, direction] = [0.05, 1];
    yield scale;
  }
}

/** A point that moves by 10 in both directions, and turns back when it has come over a border. The point that is given stays as it is. */
export function* cartesianPingPong(
  [x, y]: readonly [number, number],
  width: number,
  height: number,
  border: number,
): Generator<[x: number, y: number], never> {
  for (let dx = 10, dy = 10; ;) {
    x += dx;
    y += dy;
    if (x > width - border) dx = -10;
    if (x < border) dx = 10;
    if (y > height - border) dy = -10;
    if (y < border) dy = 10;
    yield [x, y];
  }
}

/** A number that grows by the same each time, and begins again when it has come round: an angle in degrees, if nothing else is said. */
export function* loopingCounter(increment: number, modulo: number = 360): Generator<number, never> {
  for (let total = increment % modulo; ; total = (total + increment) % modulo) yield total;
}

/** The same again and again. */
export function* continuousIdentity<T>(original: T): Generator<T, never> {
  for (;;) yield original;
}
