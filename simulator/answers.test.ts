import { expect, it } from "vitest";
import { livePage, roomInfo } from "./answers.ts";
import { SimulatedRoom } from "./room.ts";

const room = (title: string) => new SimulatedRoom({ uniqueId: "demo", title });

it("embeds the room in the page as JSON, whatever its title says", () => {
  const title = 'a </script><script>alert("x")</script>';
  const json = /<script id="SIGI_STATE" type="application\/json">(.*?)<\/script>/.exec(livePage(room(title)))?.[1];
  expect(JSON.parse(json as string)).toMatchObject({ LiveRoom: { liveRoomUserInfo: { liveRoom: { title } } } });
});

it("says 4 of a room that is not live, 2 of one that is", () => {
  const demo = room("demo");
  expect(roomInfo(demo).data.status).toBe(2);
  demo.goOffline();
  expect(roomInfo(demo).data.status).toBe(4);
  expect(roomInfo(undefined).data.status).toBe(4);
});

it("says 3 while the streamer is away for a moment", () => {
  const demo = room("demo");
  demo.pause();
  expect(roomInfo(demo).data.status).toBe(3);
});
