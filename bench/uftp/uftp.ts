// SPDX-License-Identifier: Apache-2.0
// A file of 20 MB by UFTP, if it is here (Debian: uftp).
import { sendFile } from "./network.ts";

const [row = "", unit = "", rate = "", ...more] = process.argv.slice(2);
const common = "-I 127.0.0.1 -M 230.4.4.1 -B 4000000";
sendFile(row, unit, {
  receive: `uftpd -d -D "$FOLDER/come" -T "$FOLDER/part" ${common} > heard 2>&1`,
  send: `uftp -R ${rate} -P 230.5.5.1 ${common} ${more.join(" ")} file`,
  group: "010404E6",
});
