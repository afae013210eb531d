import { fromMemory } from "../read-at.ts";
import type { Machine } from "./machine.ts";
import { numpyBuilders } from "./numpy.ts";
import { storageDtypes, torchBuilders } from "./torch.ts";
import { isKind, type Node, nameOf, type Value } from "./value.ts";

/** What a call with these arguments would give. */
export type Builder = (args: Value[], m: Machine, callee: Value) => Value;

/** value: may stand there, but is not called; class: its objects are records of their state. */
type Allowed = "value" | "class" | Builder;

/**
 * What a pickle may name. `null`: it is refused. Python moved some modules; dictionaries' own classes lie wherever
 * their authors had put them.
 */
export function allowed(name: string): Allowed | null {
  const today = name
    .replace(/^__builtin__\./, "builtins.")
    .replace(/^numpy\.core\./, "numpy._core.");
  if (Object.hasOwn(builders, today)) return builders[today];
  if (Object.hasOwn(storageDtypes, today)) return "value";
  const [, cls] = /^(?:[\w]+\.)+(\w+)$/.exec(today) ?? [];
  if (cls !== undefined && !ofLibraries.test(today) && dictionaryClasses.has(cls)) return "class";
  if (/^torch\.nn\.modules\.\w+\.\w+$/.test(today) && moduleClasses.has(today.slice(17)))
    return "class";
  return values.test(today) ? "value" : null;
}

/** What a call gives, of those that have a counterpart. */
export function call(m: Machine, callee: Value, args: Value): Value {
  const entry = isKind(callee, "global") ? allowed(callee.name) : null;
  if (typeof entry !== "function") throw m.refuse("it calls", callee);
  if (!isKind(args, "tuple")) throw m.error(`${nameOf(callee)}: arguments that are no tuple`);
  return entry(args.items, m, callee);
}

/** Of HoagyC/sparse_coding's autoencoders.learned_dict and loganriggs/sparse_coding. */
const dictionaryClasses = new Set([
  "LearnedDict",
  "TiedSAE",
  "UntiedSAE",
  "AnthropicSAE",
  "TransferSAE",
  "ReverseSAE",
  "TopKLearnedDict",
  "Identity",
  "IdentityPositive",
  "IdentityReLU",
  "RandomDict",
  "AddedNoise",
  "Rotation",
]);
const ofLibraries = /^(builtins|torch|numpy|collections|os|posix|nt|sys|subprocess)\./;

/** Modules that dictionaries pickled whole are made of. */
const moduleClasses = new Set([
  "linear.Linear",
  "linear.Identity",
  "container.ParameterDict",
  "container.ParameterList",
  "container.ModuleList",
  "container.ModuleDict",
  "container.Sequential",
  "activation.ReLU",
  "dropout.Dropout",
  "normalization.LayerNorm",
]);

/** Dtypes, and classes that are named beside what is made by a builder. */
const values =
  /^(torch\.(float16|bfloat16|float32|float64|float|double|half|u?int(8|16|32|64)|bool|long|strided|contiguous_format|preserve_format|Tensor|nn\.parameter\.Parameter|_tensor\.Tensor)|numpy\.(ndarray|bool_?|(float|u?int)\d+)|builtins\.(int|float|str|bool|object)|copyreg\.__newobj__)$/;

const builders: Record<string, Builder> = {
  "collections.OrderedDict": (args, m) => dict(m, args),
  "collections.defaultdict": (args, m) => dict(m, args.slice(1)),
  "builtins.dict": (args, m) => dict(m, args),
  "builtins.list": (args, m) => container(m, "list", args),
  "builtins.tuple": (args, m) => container(m, "tuple", args),
  "builtins.set": (args, m) => container(m, "set", args),
  "builtins.frozenset": (args, m) => container(m, "set", args),
  "builtins.bytes": (args, m) => {
    if (args.length > 0) throw m.error("builtins.bytes: arguments, expected none");
    return held(m, Buffer.alloc(0));
  },
  "builtins.bytearray": ([given = null], m) => {
    if (given === null) return held(m, Buffer.alloc(0));
    if (!isKind(given, "bytes")) throw m.error(`builtins.bytearray: found ${nameOf(given)}`);
    return given;
  },
  "_codecs.encode": ([text, codec], m) => {
    if (typeof text !== "string" || (codec !== "latin1" && codec !== "latin-1"))
      throw m.error(`_codecs.encode: found ${nameOf(text)} as ${nameOf(codec)}, expected latin1`);
    m.copied(text.length);
    return held(m, Buffer.from(text, "latin1"));
  },
  "copyreg._reconstructor": ([cls, base, state], m) => {
    const isObject = isKind(base, "global") && base.name.endsWith(".object") && state === null;
    if (!isKind(cls, "global") || allowed(cls.name) !== "class" || !isObject)
      throw m.refuse("it makes an object of", cls);
    return m.made({ kind: "object", name: cls.name, state: null });
  },
  "torch._tensor._rebuild_from_type_v2": ([builder = null, , args = null], m) =>
    call(m, builder, args),
  ...torchBuilders,
  ...numpyBuilders,
};

function held(m: Machine, bytes: Buffer): Node {
  return m.made({ kind: "bytes", read: fromMemory(bytes), at: 0, length: bytes.length });
}

function container(m: Machine, kind: "list" | "tuple" | "set", [given]: Value[]): Value {
  const items = given === undefined ? [] : itemsOf(m, given);
  m.spend(items.length);
  return m.made({ kind, items: [...items] });
}

/** An empty dictionary, a copy of one, or one of pairs. */
function dict(m: Machine, [given]: Value[]): Value {
  const made = m.made({ kind: "dict", entries: new Map<Value, Value>() });
  if (given === undefined) return made;
  if (isKind(given, "dict")) {
    m.spend(given.entries.size);
    for (const [key, value] of given.entries) m.set(made, key, value);
    return made;
  }
  m.spend(itemsOf(m, given).length);
  for (const pair of itemsOf(m, given)) {
    const [key, value, ...more] = itemsOf(m, pair);
    if (more.length > 0) throw m.error("a dictionary of what are no pairs");
    m.set(made, key, value);
  }
  return made;
}

function itemsOf(m: Machine, value: Value): Value[] {
  if (isKind(value, "list") || isKind(value, "tuple") || isKind(value, "set")) return value.items;
  throw m.error(`found ${nameOf(value)}, expected a list`);
}
