// SPDX-License-Identifier: Apache-2.0
// XML as a stream: a component hears what is in the document while it still arrives, and needs no memory for the rest.
import { type Component, component } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { ConsoleEchoer, ConsoleReader } from "kamaelia/util";
import { SimpleXMLParser, type XMLEvent } from "kamaelia/xml";

/** Sends the texts of all elements of a name, with the attribute that says which one it is. */
function Texts({ element, attribute }: { element: string; attribute: string }): Component<{ inbox: XMLEvent }, { outbox: string }> {
  return component(Texts, {
    inboxes: { inbox: "what is in a document" },
    outboxes: { outbox: "a line for each element" },
    *main({ inbox }, { outbox }) {
      let text = "";
      let which = "";
      while (yield inbox) {
        for (const event of inbox) {
          if (event[0] === "element" && event[1] === element) [text, which] = ["", event[2][attribute] ?? ""];
          else if (event[0] === "chars") text += event[1];
          else if (event[0] === "/element" && event[1] === element) outbox.send(`${which}: ${text.trim()}\n`);
        }
      }
    },
  });
}

await Pipeline(ConsoleReader(), SimpleXMLParser(), Texts({ element: "slide", attribute: "id" }), ConsoleEchoer()).run();

// Input:
// <?xml version="1.0"?>
// <show title="Kamaelia">
//   <!-- each slide is shown as soon as it is here -->
//   <slide id="1">Components &amp; boxes</slide>
//   <slide id="2"><b>Concurrency</b>
//     made useful and fun</slide>
//   <slide id="3"><![CDATA[<the end>]]></slide>
// </show>
// Output:
// 1: Components & boxes
// 2: Concurrency
//     made useful and fun
// 3: <the end>
