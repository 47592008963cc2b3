/** Work that is asked for often and done at a pace. */

/**
 * @typedef {object} Paced
 * @property {() => void} soon does it when it is its turn; several requests are one
 * @property {() => void} now does it at once, in place of what is under way
 */

/**
 * Never two at a time; pauses between two, with some chance in them, so that many pages that were told of
 * the same event do not ask at the same moment. While nobody looks at the page nothing is done, but made up for.
 *
 * @param {(signal: AbortSignal) => Promise<void>} work
 * @param {() => number} pause millis
 * @returns {Paced}
 */
export function createPaced(work, pause) {
  let running = new AbortController();
  let isBusy = false;
  let isWanted = false;

  const start = async () => {
    const own = new AbortController();
    running.abort();
    running = own;
    isBusy = true;
    isWanted = false;
    await work(own.signal);
    await new Promise((resolve) => setTimeout(resolve, pause() * (0.75 + Math.random() / 2)));
    if (own !== running) return;
    isBusy = false;
    next();
  };
  const next = () => {
    if (isWanted && !isBusy && document.visibilityState === 'visible') void start();
  };
  document.addEventListener('visibilitychange', next);
  return {
    soon: () => {
      isWanted = true;
      next();
    },
    now: () => void start(),
  };
}
