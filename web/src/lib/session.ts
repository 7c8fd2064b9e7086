import type { ApiError } from "./api.ts";
import { router } from "./router.svelte.ts";
import { paths } from "./routes.ts";

/** Goes to the login page, and comes back here after it, when `error` means that nobody is signed in. */
export function askToSignIn(error: ApiError): boolean {
  if (error.status !== 401) return false;
  router.go(paths.login(router.here), { replace: true });
  return true;
}
