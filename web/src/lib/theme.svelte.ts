export type Theme = "system" | "light" | "dark";

const KEY = "ttlc:theme";

/** The chosen theme. public/theme.js applies it before the first paint. */
class ThemeChoice {
  #current = $state<Theme>((document.documentElement.dataset.theme as Theme | undefined) ?? "system");

  get current(): Theme {
    return this.#current;
  }

  set(theme: Theme) {
    this.#current = theme;
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    remember(KEY, theme === "system" ? undefined : theme);
  }
}

/** Storage may be blocked; a preference is then kept for this page only. */
export function remember(key: string, value: string | undefined) {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {}
}

export const theme = new ThemeChoice();
