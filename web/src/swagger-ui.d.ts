/** What we use of it; it brings no types of its own. */
declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  interface Request {
    method?: string;
    headers: Record<string, string>;
  }
  interface Options {
    dom_id: string;
    url: string;
    deepLinking: boolean;
    displayRequestDuration: boolean;
    defaultModelsExpandDepth: number;
    docExpansion: "list" | "full" | "none";
    validatorUrl: null;
    requestInterceptor(request: Request): Request;
  }
  export default function SwaggerUI(options: Options): unknown;
}
