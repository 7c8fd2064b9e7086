import "swagger-ui-dist/swagger-ui.css";
import "./docs.css";
import SwaggerUI from "swagger-ui-dist/swagger-ui-es-bundle.js";

/**
 * The API's documents for a person: docs/adr/0006-api-viewer.md says why by this viewer. It asks no host but this one. A
 * key that is entered is forgotten with the page; who is logged in to the dashboard needs none.
 */
SwaggerUI({
  dom_id: "#docs",
  url: "/openapi.json",
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  validatorUrl: null,
  requestInterceptor(request) {
    if (request.method !== "GET") request.headers["X-TTLC"] = "1";
    return request;
  },
});
