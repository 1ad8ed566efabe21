import { PropertyCollector } from "../collector/property-collector.ts";
import { PropertyFilter } from "../collector/property-filter.ts";
import { readSelection, selectObjects, wishFor } from "../collector/selection.ts";
import { needObject } from "../inventory/objects.ts";
import type { View } from "../session/views.ts";
import { child, children, isTrue, numberOf, wordsOf } from "../soap/element.ts";
import { referenceOf } from "../soap/request.ts";
import { invalidArgument, notFound } from "../soap/vim-fault.ts";
import { type Call, type Methods, returns, returnsReference } from "./call.ts";

const selectionsOf = (call: Call) => children(call.arguments, "specSet").map(readSelection);

async function wait(call: Call, seconds: number | null, most: number | null): Promise<string> {
  const version = wordsOf(call.arguments, "version") ?? "";
  const found = await call.session
    .collectorOf(call.on)
    .waitForUpdates(version, { seconds, most }, call.check, call.signal);
  return found === null ? "" : returns(found);
}

const namedIn = (call: Call, name: string) =>
  children(call.arguments, name).flatMap((each) => referenceOf(each) ?? []);

function listView(call: Call): View {
  const view = call.session.views.get(call.on.id);
  if (!view || view.container) throw notFound(call.on);
  return view;
}

/** PropertyCollector, PropertyFilter, ViewManager and views. */
export const collectorMethods: Methods = {
  RetrieveProperties: (call) =>
    call.session.collectorOf(call.on).retrieveAll(selectionsOf(call)).map(returns).join(""),
  RetrievePropertiesEx(call) {
    const most = numberOf(child(call.arguments, "options"), "maxObjects");
    const found = call.session.collectorOf(call.on).retrieve(selectionsOf(call), most);
    return found === "" ? "" : returns(found);
  },
  ContinueRetrievePropertiesEx: (call) =>
    returns(call.session.collectorOf(call.on).continue(wordsOf(call.arguments, "token") ?? "")),
  CancelRetrievePropertiesEx(call) {
    call.session.collectorOf(call.on).forgetToken(wordsOf(call.arguments, "token") ?? "");
    return "";
  },
  CreateFilter(call) {
    const spec = child(call.arguments, "spec");
    if (!spec) throw invalidArgument("spec");
    const selection = readSelection(spec);
    // What is wrong with a filter is told when it is made.
    const [first] = selectObjects(call.center, call.session, selection);
    const wish = first && wishFor(selection.wishes, first.type);
    if (first && wish?.paths) {
      const object = needObject(call.center, first, call.session);
      for (const path of wish.paths) object.read(path.split(/[.[]/)[0] ?? "");
    }
    const filter = new PropertyFilter(call.session.fresh("PropertyFilter"), selection);
    call.session.collectorOf(call.on).addFilter(filter);
    return returnsReference(filter.reference);
  },
  DestroyPropertyFilter(call) {
    call.session.filterOf(call.on).collector.removeFilter(call.on.id);
    return "";
  },
  CreatePropertyCollector(call) {
    const reference = call.session.fresh("PropertyCollector");
    call.session.collectors.set(reference.id, new PropertyCollector(reference, call.center, call.session));
    return returnsReference(reference);
  },
  DestroyPropertyCollector(call) {
    call.session.collectorOf(call.on).close();
    call.session.collectors.delete(call.on.id);
    return "";
  },
  WaitForUpdatesEx(call) {
    const options = child(call.arguments, "options");
    return wait(call, numberOf(options, "maxWaitSeconds"), numberOf(options, "maxObjectUpdates"));
  },
  WaitForUpdates: (call) => wait(call, null, null),
  CheckForUpdates: (call) => wait(call, 0, null),
  CancelWaitForUpdates(call) {
    call.session.collectorOf(call.on).cancel();
    return "";
  },
  CreateContainerView(call) {
    const container = referenceOf(child(call.arguments, "container"));
    if (!container) throw invalidArgument("container");
    needObject(call.center, container, call.session);
    const view: View = {
      reference: call.session.fresh("ContainerView"),
      container,
      types: children(call.arguments, "type").map(({ text }) => text.trim()),
      isRecursive: isTrue(call.arguments, "recursive"),
      objects: [],
    };
    call.session.views.set(view.reference.id, view);
    return returnsReference(view.reference);
  },
  CreateListView(call) {
    const objects = namedIn(call, "obj");
    const reference = call.session.fresh("ListView");
    call.session.views.set(reference.id, {
      reference,
      container: null,
      types: [],
      isRecursive: false,
      objects,
    });
    return returnsReference(reference);
  },
  ModifyListView(call) {
    const view = listView(call);
    const removed = new Set(namedIn(call, "remove").map(({ id }) => id));
    const added = namedIn(call, "add").filter(({ id }) => !view.objects.some((each) => each.id === id));
    view.objects = [...view.objects.filter(({ id }) => !removed.has(id)), ...added];
    call.session.touch([], true);
    return "";
  },
  ResetListView(call) {
    listView(call).objects = namedIn(call, "obj");
    call.session.touch([], true);
    return "";
  },
  DestroyView(call) {
    needObject(call.center, call.on, call.session);
    call.session.views.delete(call.on.id);
    return "";
  },
};
