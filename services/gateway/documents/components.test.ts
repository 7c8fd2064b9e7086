import { expect, it } from "vitest";
import { Components } from "./components.ts";

const make = () => new Components((propertyName, mapping) => ({ propertyName, mapping }));
const cat = { title: "Cat", type: "object", properties: { kind: { const: "cat" } } };
const dog = { title: "Dog", type: "object", properties: { kind: { const: "dog" }, friend: cat } };

it("tells what has a title once, wherever it stands, and refers to it", () => {
  const components = make();
  const found = components.refer({ type: "array", items: { anyOf: [dog, { type: "null" }] } });
  expect(found).toEqual({ type: "array", items: { anyOf: [{ $ref: "#/components/schemas/Dog" }, { type: "null" }] } });
  expect(components.sorted()).toEqual({
    Cat: { type: "object", properties: { kind: { const: "cat" } } },
    Dog: { type: "object", properties: { kind: { const: "dog" }, friend: { $ref: "#/components/schemas/Cat" } } },
  });
});

it("takes a property called title for what it is", () => {
  const schema = { type: "object", properties: { title: { type: "string" } } };
  expect(make().refer(schema)).toEqual(schema);
});

it("says which variant a discriminator's value means", () => {
  const { discriminator } = make().refer({ discriminator: { propertyName: "kind" }, oneOf: [cat, dog] });
  const mapping = { cat: "#/components/schemas/Cat", dog: "#/components/schemas/Dog" };
  expect(discriminator).toEqual({ propertyName: "kind", mapping });
});

it("makes a name of a title, and leaves out what only a file of its own has", () => {
  const components = make();
  expect(components.refer({ $id: "https://x", title: "Raw v1", type: "string" })).toEqual({
    $ref: "#/components/schemas/Rawv1",
  });
  expect(components.schemas).toEqual({ Rawv1: { type: "string" } });
});

it("refuses two schemas of one title", () => {
  const components = make();
  components.refer(cat);
  expect(components.refer({ ...cat })).toEqual({ $ref: "#/components/schemas/Cat" });
  expect(() => components.refer({ ...cat, description: "another" })).toThrow("Two schemas have the title Cat.");
});
