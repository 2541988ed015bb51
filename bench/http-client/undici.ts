// SPDX-License-Identifier: Apache-2.0
// Gets "Hello" from our server, 50 requests under way at a time: undici's `request`.
import { Agent, request } from "undici";
import { measured, UNDER_WAY } from "./asking.ts";

await measured("undici: request", async (url, measure) => {
  const dispatcher = new Agent({ connections: UNDER_WAY });
  await measure(async (count) => {
    let left = count;
    const ask = async (): Promise<void> => {
      while (left-- > 0) {
        const { statusCode, body } = await request(url, { dispatcher });
        const bytes = await body.bytes();
        if (statusCode !== 200 || bytes.length !== 5) throw new Error(`Cannot count an answer of ${statusCode} with ${bytes.length} bytes`);
      }
    };
    await Promise.all(Array.from({ length: UNDER_WAY }, ask));
  });
  await dispatcher.close();
});
