import { useEffect, useState } from "preact/hooks";

/** Where the reader is. */
export interface Place {
  /** Parts of the path, decoded. */
  readonly parts: readonly string[];
  readonly search: URLSearchParams;
}

/** Addresses that this script draws; others are pages of their own, such as `/runbooks/`. */
const OWN = /^\/(?:$|(?:services|alerts|inbox|incidents|runbook|dashboards|d|routing|graph)(?:\/|$))/;

/** Alertmanager's own address of its list, which notifications and dashboards have. */
const ALERTMANAGER = /^#\/(?:alerts|silences)/;

function placeNow(): Place {
  if (ALERTMANAGER.test(location.hash)) {
    history.replaceState(null, "", "/alerts");
  }
  const parts = location.pathname.split("/").filter((part) => part !== "");
  return { parts: parts.map(decodeURIComponent), search: new URLSearchParams(location.search) };
}

/** Goes to a page of the console without loading it anew. */
export function goTo(href: string): void {
  history.pushState(null, "", href);
  dispatchEvent(new PopStateEvent("popstate"));
  scrollTo(0, 0);
  document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
}

/** Follows links of the console inside of it; those to elsewhere, or into another tab, are the browser's. */
function follow(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
  if (
    link === null ||
    !isPlain ||
    link.target !== "" ||
    link.getAttribute("href")?.startsWith("#") === true
  ) {
    return;
  }
  const { origin, pathname, search } = new URL(link.href);
  if (origin === location.origin && OWN.test(pathname)) {
    event.preventDefault();
    goTo(`${pathname}${search}`);
  }
}

export function usePlace(): Place {
  const [place, setPlace] = useState(placeNow);
  useEffect(() => {
    const moved = (): void => setPlace(placeNow());
    addEventListener("popstate", moved);
    document.addEventListener("click", follow);
    return () => {
      removeEventListener("popstate", moved);
      document.removeEventListener("click", follow);
    };
  }, []);
  return place;
}
