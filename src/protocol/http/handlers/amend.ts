// SPDX-License-Identifier: Apache-2.0
import { addInbox, type Component, component, Component as AnyOne } from "../../../axon/index.ts";
import { Pipeline } from "../../../chassis/index.ts";
import type { FieldList } from "../messages.ts";
import type { Answer, RequestHandler, Upgrade } from "../handlers.ts";
import { checkMeant, pairsOf, type Resource, resourceOf, statusOf } from "../resource.ts";

/** What becomes of the fields of a response. @internal */
export type Amend = (fields: FieldList, status: number) => FieldList;
type Stage = Component<{ inbox: Resource }, { outbox: Resource }>;

/** Changes the fields of an answer, of whatever kind it is. @internal */
export function amended(answer: Answer | Promise<Answer>, amend: Amend): Answer | Promise<Answer> {
  if (typeof answer === "string" || answer instanceof Uint8Array) return { headers: amend([], 200), data: answer };
  if (answer instanceof Response) {
    const { status, statusText, body } = answer;
    return new Response(body, { status, statusText, headers: amend([...answer.headers], status).map(([name, value]) => [name, value]) });
  }
  if (typeof answer !== "object" || answer === null) return answer; // the server says what is wrong with it
  if (answer instanceof AnyOne) return through(answer, AmendFields(amend));
  if ("then" in answer) return answer.then((it) => amended(it, amend));
  if (answer instanceof Blob) return changed(resourceOf(answer), amend);
  if (!("upgrade" in answer)) checkMeant(answer);
  return changed(answer, amend);
}

/** A resource with other fields. @internal */
export function changed<T extends Resource | Upgrade>(resource: T, amend: Amend): T {
  const { status } = "upgrade" in resource && resource.statuscode === undefined ? { status: 101 } : statusOf(resource.statuscode);
  return { ...resource, headers: amend(pairsOf(resource.headers), status) };
}

/** What a component answers goes through another one on its way. @internal */
export function through(handler: RequestHandler, stage: Stage): RequestHandler {
  const both: RequestHandler = Pipeline(handler as Component<{ inbox: Uint8Array }, { outbox: Resource }>, stage);
  const retire = (handler as Component<{ retire: unknown }, { outbox: Resource }>).inboxes.retire;
  if (retire !== undefined)
    both.link(addInbox(both, "retire", { doc: "any message: the server is going to stop" }), retire, { passthrough: 1 });
  return both;
}

function AmendFields(amend: Amend): Stage {
  return component(AmendFields, {
    inboxes: { inbox: "a response" },
    outboxes: { outbox: "the same with other fields" },
    *main({ inbox }, { outbox }) {
      if (yield inbox) outbox.send(changed(inbox.recv(), amend));
      while (yield inbox) outbox.send(inbox.recv());
    },
  });
}

/** Whether there is such a field. @internal */
export function fieldOf(fields: FieldList, name: string): string | undefined {
  return fields.find(([other]) => other.toLowerCase() === name)?.[1];
}

/** Without these fields. @internal */
export function without(fields: FieldList, ...names: readonly string[]): FieldList {
  return fields.filter(([name]) => !names.includes(name.toLowerCase()));
}

/** With this value in a list such as Vary. @internal */
export function listing(fields: FieldList, name: string, value: string): FieldList {
  const before = fieldOf(fields, name.toLowerCase());
  if (before === undefined) return [...fields, [name, value]];
  if (before.trim() === "*" || before.split(",").some((one) => one.trim().toLowerCase() === value.toLowerCase())) return fields;
  return [...without(fields, name.toLowerCase()), [name, `${before}, ${value}`]];
}
