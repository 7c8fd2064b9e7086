import { remember } from "./theme.svelte.ts";

const KEY = "ttlc:single-keys";

function stored(): boolean {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

/** Single-key shortcuts, which a person must be able to turn off (WCAG 2.1.4). */
class Shortcuts {
  #enabled = $state(stored());

  get enabled(): boolean {
    return this.#enabled;
  }

  set enabled(on: boolean) {
    this.#enabled = on;
    remember(KEY, on ? undefined : "off");
  }

  /** The key of `event` if it may be a shortcut: not while typing, with a modifier or under an open dialog. */
  key(event: KeyboardEvent): string | undefined {
    const single = event.key.length === 1;
    if ((single && !this.#enabled) || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest("input, textarea, select, [contenteditable], [role=dialog]")) return;
    // Space presses the focused control.
    if (event.key === " " && target.closest("button, a, summary")) return;
    return single ? event.key.toLowerCase() : event.key;
  }
}

export const shortcuts = new Shortcuts();
