import { worker } from "../index.ts";
worker<any>(({ inbox }: any, { outbox }: any) => {
  for (const n of inbox) {
    const factors: number[] = [];
    for (let rest = n, d = 2; rest > 1; d++) for (; rest % d === 0; rest /= d) factors.push(d);
    outbox.send({ n, factors });
  }
});
