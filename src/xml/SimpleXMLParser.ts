// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";
import { checkLimits, Parsing, type XMLEvent, type XMLLimits } from "./parsing.ts";

/** How much a SimpleXMLParser takes. */
export type SimpleXMLParserOptions = Partial<XMLLimits>;

/**
 * Reads XML, and sends what it meets: `["document"]` at the beginning, `["element", name, attributes]`, `["/element", name]`, `["chars", text]`, and
 * `["/document"]` at the end, which is not sent to who says shutdownMicroprocess. White space counts; comments and processing instructions do not, but they
 * part the text around them. Names are as they are written, prefix and all.
 *
 * The document may come as text, or as bytes in pieces of any size: UTF-8, UTF-16, and what else it declares and TextDecoder knows. It has to be well-formed
 * (XML 1.0, fifth edition, or 1.1). Document types are skipped: nothing is fetched, and no entities are known but the five of XML itself and the numbers of
 * characters, so that none can grow.
 *
 * @throws SyntaxError, as a failure of the component, for what is not well-formed: in which line and column, and what
 * @throws RangeError for a limit that is not above 0; as a failure of the component, for what is deeper or longer than the limits
 * @throws TypeError, as a failure of the component, for what is neither text nor bytes
 * @example
 * const list: XMLEvent[] = [];
 * await Pipeline(OneShot('<a href="b">c</a>'), SimpleXMLParser(), ToList(list)).run();
 * list.map((event) => event[0]); // document, element, chars, /element, /document
 */
export function SimpleXMLParser(limits: SimpleXMLParserOptions = {}): Component<{ inbox: Uint8Array | string }, { outbox: XMLEvent }> {
  checkLimits(limits);
  return component(SimpleXMLParser, {
    inboxes: { inbox: "a document, in pieces" },
    outboxes: { outbox: "what is in it" },
    *main({ inbox }, { outbox }, self) {
      const parsing = new Parsing(limits);
      for (let goesOn = true; goesOn;) {
        goesOn = yield inbox;
        if (self.toldToStop) return;
        for (const events of goesOn ? parsing.take(inbox.recv()) : parsing.finish()) {
          for (const event of events) {
            outbox.send(event);
            if (!outbox.full) continue;
            yield;
            if (self.toldToStop) return;
          }
        }
      }
    },
  });
}
