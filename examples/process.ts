// SPDX-License-Identifier: Apache-2.0
// Other programs are components, too: what goes into their boxes is their input, what they print comes out. They wait for us, and we for them.
import { Pipeline } from "kamaelia/chassis";
import { UnixProcess } from "kamaelia/file";
import { Feed, ToList } from "kamaelia/testing";
import { ConsoleEchoer } from "kamaelia/util";

const fruit = ["pear\n", "apple\n", "pear\n", "fig\n", "apple\n", "pear\n"];
await Pipeline(
  Feed(fruit),
  UnixProcess("sort"),
  UnixProcess("uniq", { args: ["-c"] }),
  UnixProcess("tr", { args: ["-d", " "] }),
  ConsoleEchoer(),
).run();

// There is no shell between, so nothing has to be quoted, unless one is asked for. How a program ended comes from a box of its own.
const exits: unknown[] = [];
const shell = UnixProcess('echo "$1" | tr a-z A-Z; exit 3', { shell: true, args: ["$HOME; rm -rf x"] });
const list = ToList(exits);
list.link(shell.outboxes.exit, list.inboxes.inbox);
list.activate();
await Pipeline(shell, ConsoleEchoer()).run();
console.log(exits);

// Output:
// 2apple
// 1fig
// 3pear
// $HOME; RM -RF X
// [ { code: 3, signal: null } ]
