import "server-only";
import { sha256Hex } from "trainer/bundle";
import { z } from "zod";
import { addressOf, type Operation, operations, scopeOf } from "./operations.ts";
import { failure } from "./schemas.ts";

/** The API as an OpenAPI 3.1 document, made of the schemas that the routes parse by. */
export function openapiDocument() {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const path = addressOf(operation);
    paths[path] = { ...paths[path], [operation.method]: describe(operation) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Dictionary Hub",
      version: "1",
      description: "Dictionaries of features that sparse autoencoders found in language models.",
    },
    paths,
    components: {
      securitySchemes: {
        session: {
          type: "apiKey",
          in: "cookie",
          name: "hub.session_token",
          description:
            "Somebody signed in, by a cookie (__Secure-hub.session_token over https) and from the hub's own pages.",
        },
        token: {
          type: "http",
          scheme: "bearer",
          description:
            "An API token, dh_…, with the scope that the operation names; it reads what its owner may read. For reports of runs, the hub's RUN_TOKEN too.",
        },
      },
    },
  };
}

function describe(operation: Operation) {
  const { root, path, summary, query, upload, body, role = "member", status, answer } = operation;
  const scope = scopeOf(operation);
  const names = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  return {
    summary,
    parameters: [
      ...names.map((name) => ({
        name,
        in: "path",
        required: true,
        schema: { type: integers.has(name) && !root ? "integer" : "string" },
      })),
      ...queryParameters(query),
      ...(upload ? [hashHeader] : []),
    ],
    ...(upload && {
      requestBody: { required: true, content: { "application/octet-stream": {} } },
    }),
    ...(scope && {
      description:
        scope === "session"
          ? `Takes a ${role} who is signed in; no token is enough.`
          : `Takes a ${role}: one who is signed in, or their token with the scope ${scope}.`,
      security: [{ session: [] }, ...(scope === "session" ? [] : [{ token: [scope] }])],
    }),
    ...(body && {
      requestBody: { required: true, content: json(body, "input") },
    }),
    responses: {
      [status]: {
        description: answer ? "Found." : "The bytes; ranges of them with status 206.",
        ...(answer && { content: json(answer) }),
      },
      default: { description: "What was wrong.", content: json(root ? otherFailure : failure) },
    },
  };
}

/** As Neuronpedia's addresses refuse: by either key, and what is too often with its limit. */
const otherFailure = z.looseObject({ error: z.string(), message: z.string().optional() });

/** Parts of paths that are numbers. */
const integers = new Set(["index", "context", "position"]);

const hashHeader = {
  name: "x-content-sha256",
  in: "header",
  description: "refuses the upload if its bytes are others",
  schema: schemaOf(sha256Hex),
};

function queryParameters(query: z.ZodObject | undefined) {
  return Object.entries(query?.shape ?? {}).map(([name, field]) => {
    const { description, ...schema } = schemaOf(field as z.ZodType);
    return { name, in: "query", required: false, ...(description && { description }), schema };
  });
}

function json(schema: z.ZodType, io: "input" | "output" = "output") {
  return { "application/json": { schema: schemaOf(schema, io) } };
}

function schemaOf(schema: z.ZodType, io: "input" | "output" = "output") {
  const { $schema, ...rest } = z.toJSONSchema(schema, { unrepresentable: "any", io });
  return rest;
}
