// Applies a chosen theme before the first paint: a file of its own because the page allows no inline script.
// Without a choice CSS follows the system (app.css, light-dark()). Written by src/lib/theme.svelte.ts.
try {
  const theme = localStorage.getItem("ttlc:theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage is blocked: follow the system.
}
