/** Says on standard error how far a long command is, once for each whole percent. */
export function percentReporter(what: string): (done: number, total: number) => void {
  let said = -1;
  return (done, total) => {
    const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
    if (percent !== said) {
      said = percent;
      console.error(`${what}: ${String(percent)} % (${String(done)} of ${String(total)})`);
    }
  };
}
