import type { JSONSchema } from "json-schema-to-ts";
import { errorSchema } from "../../../contracts/api.ts";
import type { RouteFacts } from "../route.ts";
import {
  answerHeaders,
  headersOf,
  refusals,
  refusalsOf,
  requestHeaders,
  securitySchemes,
  subjectOf,
  subjects,
  whoMay,
} from "./common.ts";
import { Components, type Schema } from "./components.ts";

export interface Parameter {
  name: string;
  in: "path" | "query";
  required?: boolean;
  description?: string;
  schema: Schema;
  example?: unknown;
}

interface Content {
  content?: Record<string, { schema: Schema; example?: unknown }>;
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  parameters: (Parameter | { $ref: string })[];
  requestBody?: Required<Content> & { required: boolean };
  responses: Record<string, (Content & { description: string; headers: object }) | { $ref: string }>;
  security: Record<string, never[]>[];
}

export interface OpenApi {
  openapi: "3.1.0";
  info: object;
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<"schemas" | "responses" | "headers" | "parameters" | "securitySchemes", object>;
}

/**
 * The OpenAPI 3.1 document of these routes: from the schemas that check what comes in and the ones that tell what goes
 * out. Pages are left out.
 *
 * @throws Error when two schemas share a title
 */
export function openapiOf(routes: readonly RouteFacts[], version: string): OpenApi {
  const components = new Components((propertyName, mapping) => ({ propertyName, mapping }));
  const paths: OpenApi["paths"] = {};
  const used = new Set<string>();
  for (const facts of routes) {
    if (facts.isPage) continue;
    const [method = "", path = ""] = facts.path.split(" ");
    const place = path.replaceAll(/:(\w+)/g, "{$1}");
    const operations = paths[place] ?? {};
    operations[method.toLowerCase()] = operationOf(facts, components);
    paths[place] = operations;
    used.add(subjectOf(path));
  }
  const error = components.refer(errorSchema);
  const order = [...new Set([...Object.keys(subjects), ...used])].filter((name) => used.has(name));
  return {
    openapi: "3.1.0",
    info: {
      title: "TikTok Live Client",
      version,
      summary: "TikTok LIVE rooms, live and as history.",
      description: "More, with examples: docs/api.md. What each error code means: docs/errors.md.",
      license: { name: "MIT", identifier: "MIT" },
    },
    tags: order.map((name) => (subjects[name] ? { name, description: subjects[name] } : { name })),
    paths,
    components: {
      schemas: components.sorted(),
      responses: Object.fromEntries(
        Object.entries(refusals).map(([status, description]) => [
          `Error-${status}`,
          { description, headers: headerRefs(status), content: { "application/json": { schema: error } } },
        ]),
      ),
      headers: answerHeaders,
      parameters: Object.assign({}, ...routes.map(headerParameters)),
      securitySchemes,
    },
  };
}

const headerRefs = (status: string, answers?: RouteFacts["answers"]) =>
  Object.fromEntries(headersOf(status, answers).map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const headerParameters = (facts: RouteFacts) =>
  Object.fromEntries(
    Object.entries(requestHeaders(facts)).map(([name, header]) => [name, { name, in: "header", ...header }]),
  );

function operationOf(facts: RouteFacts, components: Components): Operation {
  const [method = "", path = ""] = facts.path.split(" ");
  const { properties = {}, required = [], ...rules } = facts.input as Schema & { required?: string[] };
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
  const others = Object.keys(properties).filter((name) => !inPath.includes(name));
  const hasBody = ["POST", "PUT", "PATCH"].includes(method) && others.length > 0;
  const { example } = facts;

  const parameter = (name: string, place: "path" | "query"): Parameter => {
    const schema = components.refer(properties[name] as Schema);
    const { description } = properties[name] as { description?: string };
    const isRequired = place === "path" || (required.includes(name) && !("default" in schema));
    return {
      name,
      in: place,
      ...(isRequired && { required: true }),
      ...(description !== undefined && { description }),
      schema,
      ...(example && name in example && { example: example[name] }),
    };
  };
  const bodyFields = others.filter((name) => required.includes(name) && !("default" in (properties[name] as object)));
  const body = components.refer({
    ...rules,
    required: bodyFields,
    properties: Object.fromEntries(others.map((name) => [name, properties[name]])),
  });

  const codes = refusalsOf(facts, hasBody).filter((status) => !(status in facts.answers));
  return {
    operationId: facts.id,
    tags: [subjectOf(path)],
    summary: facts.summary,
    description: whoMay(facts.right),
    parameters: [
      ...inPath.map((name) => parameter(name, "path")),
      ...(hasBody ? [] : others.map((name) => parameter(name, "query"))),
      ...Object.keys(requestHeaders(facts)).map((name) => ({ $ref: `#/components/parameters/${name}` })),
    ],
    ...(hasBody && {
      requestBody: {
        required: bodyFields.length > 0 || "minProperties" in rules,
        content: { "application/json": { schema: body, ...(example && { example }) } },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(facts.answers).map(([status, answer]) => [status, answerOf(status, answer, facts, components)]),
      ),
      ...Object.fromEntries(codes.map((status) => [status, { $ref: `#/components/responses/Error-${status}` }])),
    },
    security: facts.right === "anybody" ? [] : Object.keys(securitySchemes).map((name) => ({ [name]: [] })),
  };
}

const meanings: Record<string, string> = {
  200: "It is so.",
  201: "Made.",
  202: "Taken: this is where it stands.",
  204: "Done.",
  304: "As you know it already.",
};

function answerOf(status: string, answer: JSONSchema | string | null, { answers }: RouteFacts, components: Components) {
  const known = { description: meanings[status] ?? "An answer.", headers: headerRefs(status, answers) };
  if (answer === null) return known;
  if (typeof answer === "string") return { ...known, content: { [answer]: { schema: { type: "string" } } } };
  return { ...known, content: { "application/json": { schema: components.refer(answer as object) } } };
}
