import { z } from "zod";
import { paretoQuery } from "./pareto-query.ts";

/** What may stand in the address of the first page, and what holds when it does not. */
export const homeQuery = paretoQuery.extend({
  /** whether the table is cut off */
  table: z.enum(["first", "all"]).default("first"),
});
export type HomeQuery = z.output<typeof homeQuery>;
