// SPDX-License-Identifier: Apache-2.0

const duties = new Set<() => void>();
const doAll = (): void => {
  for (const duty of [...duties]) duty();
};

/** Has something done when this process ends, unless the returned function is called before. One listener for all: the process warns of more than ten. */
export function atExit(duty: () => void): () => void {
  if (duties.size === 0) process.on("exit", doAll);
  duties.add(duty);
  return () => {
    duties.delete(duty);
    if (duties.size === 0) process.off("exit", doAll);
  };
}
