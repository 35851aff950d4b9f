// The state of the page in the fragment of its address, so that a link leads to where one is.

export function readFragment() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

export function writeFragment(state) {
  const parts = Object.entries(state).filter(([, value]) => value !== null && value !== "" && value !== undefined);
  const text = new URLSearchParams(parts).toString();
  try {
    history.replaceState(null, "", `#${text}`);
  } catch {
    // A frame in a notebook has no address of its own.
  }
}
