import { expect, test } from "vitest";
import { openPickle } from "../legacy-torch-file.ts";
import { fromMemory } from "../read-at.ts";
import { Cursor } from "./cursor.ts";
import { Machine } from "./machine.ts";

/** What a pickle of these pieces holds; numbers are bytes. */
function read(...pieces: (string | number)[]) {
  const bytes = Buffer.concat(
    pieces.map((piece) =>
      Buffer.from(typeof piece === "string" ? piece : ([piece] as never), "latin1"),
    ),
  );
  return openPickle({ path: "x.pkl", file: "", bytes: bytes.length }, fromMemory(bytes));
}

const text = (word: string) => `X${String.fromCharCode(word.length)}\0\0\0${word}`;

test.each<[string, string[], unknown]>([
  [
    "numbers of all protocols",
    ["(lI5\naL-7L\naF1.5\naK\x05aM\x00\x01aJ\xff\xff\xff\xffa\x8a\x01\xfea"],
    [5, -7, 1.5, 5, 256, -1, -2],
  ],
  [
    "truth, nothing and text",
    ["(lI01\naI00\naNaS'a\\x41\\n'\naV\\u00fc\\U0010ffff\na"],
    [true, false, null, "aA\n", "ü\u{10ffff}"],
  ],
  [
    "an ordered dictionary, whose attributes are left aside",
    ["ccollections\nOrderedDict\n)R", text("k"), "K\x01s}", text("_metadata"), "Nsb"],
    { k: 1 },
  ],
  ["sets and frozen sets", ["](\x8f(K\x01K\x02\x90(K\x03\x91e"], [[1, 2], [3]]],
])("%s are read", (_what, pieces, value) => {
  const { values } = read("}", text("v"), ...pieces, "s.");
  expect(values.get("v")).toEqual(value);
});

/** A call of torch's with these parts, pickled. */
const tensor = (...parts: string[]) =>
  `ctorch._utils\n_rebuild_tensor_v2\n(${parts.join("")}\x89NtR.`;

test.each<[string, string, string]>([
  ["what no instruction is", "\xff.", "x.pkl: at byte 0: no instruction of a pickle: 255"],
  ["a protocol to come", "\x80\x06.", "protocol 6, expected at most 5"],
  ["nothing on the stack", "0.", "a value is missing"],
  ["a mark too few", "t.", "a mark is missing"],
  ["a mark that is not ended", "(N.", "it ends with values left over"],
  ["a value that was never remembered", "h\x05.", "value 5 was never remembered"],
  ["a value left over", "NN.", "it ends with values left over"],
  ["an end too early", "N", "1 bytes are announced, but it ends after 0; is it cut off?"],
  ["more behind it", "N.N", "1 bytes follow the pickle"],
  ["text longer than any", "X\xff\xff\xff\x7f.", "more than 67108864 bytes of text"],
  ["a key twice", `}(${text("k")}N${text("k")}Nu.`, 'the key "k" twice'],
  ["keys for a list", "]NNs.", "keys for a list, expected a dictionary"],
  ["a call of what is none", "](tR.", "it calls a list, which is refused"],
  [
    "a call of a class",
    "cautoencoders.learned_dict\nTiedSAE\n(tR.",
    "it calls autoencoders.learned_dict.TiedSAE, which is refused",
  ],
  [
    "an object with arguments",
    "cautoencoders.learned_dict\nTiedSAE\n(K\x01t\x81.",
    "it makes an object of autoencoders.learned_dict.TiedSAE",
  ],
  [
    "a class of a library that has a known name",
    "cos\nTiedSAE\n.",
    "it names os.TiedSAE, which is refused",
  ],
  [
    "a name with dots",
    `${text("builtins")}${text("eval.__call__")}\x93.`,
    "it names builtins.eval.__call__",
  ],
  [
    "a name made of newer and older modules",
    "c__builtin__\n__import__\n.",
    "it names __builtin__.__import__",
  ],
  [
    "a method of a known class",
    "ccollections\nOrderedDict.fromkeys\n.",
    "it names collections.OrderedDict.fromkeys",
  ],
  ["a state of a list", "]}b.", "it gives a state to a list"],
  ["an extension by its number", "\x82\x01.", "a class by its number in a registry"],
  ["a persistent id", "NQ.", "it refers to None, which is not in the file"],
  ["a list in itself", "]q\0h\0a.", "x.pkl: nested more than 64 deep"],
  [
    "lists that double",
    `]q\0${"0](h\0h\0eq\0".repeat(40)}.`,
    "more than 500000 values within one another",
  ],
  ["a tensor without a storage", tensor("N", "K\0", "))"), "a tensor of None, expected a storage"],
  ["a long name", `c${"a.".repeat(300)}TiedSAE\n\n.`, "a name of 608 characters"],
  [
    "a text that is copied again and again",
    `V${"x".repeat(65_000)}\nq\0${"0c_codecs\nencode\nh\0Vlatin1\n\x86R".repeat(1100)}.`,
    "more than 67108864 bytes of text",
  ],
  [
    "a text that stands everywhere",
    `(V${"x".repeat(60_000)}\np0\n${"g0\n".repeat(300)}l.`,
    "more than 16777216 characters",
  ],
  ["many containers", "]".repeat(200_001), "more than 200000 objects"],
  ["many instructions", "N0".repeat(2_500_001), "more than 5000000 instructions"],
])("%s is refused", (_what, pickle, message) => {
  expect(() => read(pickle)).toThrow(message);
});

const sixNumbers = {
  kind: "storage" as const,
  storage: {
    key: "0",
    dtype: "F32" as const,
    count: 6,
    isBigEndian: false,
    place: () => ({ read: fromMemory(Buffer.alloc(24)), at: 0 }),
  },
};

test.each([
  [
    "I0\n",
    "(I7\nt",
    "(I1\nt",
    "shape [7], strides [1] and offset 0 reach number 6 of a storage of 6",
  ],
  ["I1\n", "(I2\nI3\nt", "(I3\nI1\nt", "reach number 6 of a storage of 6"],
  ["I0\n", "(I2\nt", "(I6\nt", "reach number 6 of a storage of 6"],
  ["I-1\n", "(I2\nt", "(I1\nt", "offset, shape and strides are -1, [2] and [1] (expected whole"],
  ["I5\n", "(I2\nt", "(I-1\nt", "are 5, [2] and a tuple (expected whole"],
  ["I0\n", "(I2\nt", ")", "are 0, [2] and [] (expected whole"],
  ["I0\n", "(I99999999\nt", "(I0\nt", "repeat the 6 numbers of a storage 99999999 times"],
  ["I0\n", "(I99999999999\nI9999999999\nt", "(I0\nI0\nt", "which no file can hold"],
])("a view on six numbers with offset %j, shape %j and strides %j is refused", (...view) => {
  const bytes = Buffer.from(tensor("NQ", ...view.slice(0, 3)), "latin1");
  const cursor = new Cursor(fromMemory(bytes), { end: bytes.length, where: "x.pkl" });
  expect(() => new Machine(cursor, () => sixNumbers).run()).toThrow(view[3]);
});
