/** Printed from contracts/json/openapi.json by `npm run contracts`. */

export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether this process turns at all
         * @description Open to everybody.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What runs and what does not, for a person
         * @description Open to everybody.
         */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether to send anybody here, for a load balancer
         * @description Open to everybody.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/meta": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Name and version
         * @description Open to everybody.
         */
        get: operations["getMeta"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What changed at TikTok, as the normalizers noticed it
         * @description Right `pipeline.read`: admin, ops, developer (simulated channels).
         */
        get: operations["getDrift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Measures for Prometheus
         * @description Right `metrics.read`: admin, ops.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begins a session for a browser
         * @description Open to everybody.
         */
        post: operations["logIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who asks, and what they may
         * @description For everybody with credentials.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends the session of this browser
         * @description For everybody with credentials.
         */
        post: operations["logOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/auth/ticket": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a ticket that opens one live feed within 30 s
         * @description For everybody with credentials.
         */
        post: operations["createTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Streamers' accounts, the newest first
         * @description Right `rooms.read`: admin, streamer (own channels), moderator (own channels), viewer (own channels, aggregates), ops (masked), developer (simulated channels).
         */
        get: operations["listChannels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/channels/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One streamer's account
         * @description Right `rooms.read`: admin, streamer (own channels), moderator (own channels), viewer (own channels, aggregates), ops (masked), developer (simulated channels).
         */
        get: operations["getChannel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/streams": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Broadcasts, the newest first, each with the actor of its room
         * @description Right `rooms.read`: admin, streamer (own channels), moderator (own channels), viewer (own channels, aggregates), ops (masked), developer (simulated channels).
         */
        get: operations["listStreams"];
        put?: never;
        /**
         * Follows a streamer from now on, over restarts
         * @description Right `rooms.connect`: admin, streamer (own channels), ops, developer (simulated channels).
         */
        post: operations["connectRoom"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/streams/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One broadcast, with its top gifters
         * @description Right `rooms.read`: admin, streamer (own channels), moderator (own channels), viewer (own channels, aggregates), ops (masked), developer (simulated channels).
         */
        get: operations["getStream"];
        put?: never;
        post?: never;
        /**
         * Stops following a room, named by its stream or its streamer
         * @description Right `rooms.connect`: admin, streamer (own channels), ops, developer (simulated channels).
         */
        delete: operations["disconnectRoom"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/streams/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The events of one broadcast, all its sessions together, in the order of the feed
         * @description Right `events.read`: admin, streamer (own channels), moderator (own channels), ops (masked), developer (simulated channels).
         */
        get: operations["listStreamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/streams/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The live feed of a stream as Server-Sent Events
         * @description Right `feed.read`: admin, streamer (own channels), moderator (own channels), ops (masked), developer (simulated channels), overlay (own channels, chosen).
         */
        get: operations["followStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Live periods of rooms, and replays, the newest first; of one channel or broadcast if that is asked
         * @description Right `rooms.read`: admin, streamer (own channels), moderator (own channels), viewer (own channels, aggregates), ops (masked), developer (simulated channels).
         */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One live period of a room, or one replay
         * @description Right `rooms.read`: admin, streamer (own channels), moderator (own channels), viewer (own channels, aggregates), ops (masked), developer (simulated channels).
         */
        get: operations["getSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The events of one session, in the order of the room
         * @description Right `events.read`: admin, streamer (own channels), moderator (own channels), ops (masked), developer (simulated channels).
         */
        get: operations["listSessionEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions/{id}/ledger": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of every message of one session
         * @description Right `ledger.read`: admin, streamer (own channels), ops, developer (simulated channels).
         */
        get: operations["getLedger"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * People whose handle begins with `q`
         * @description Right `users.read`: admin, streamer (own channels), moderator (own channels), ops (masked), developer (simulated channels).
         */
        get: operations["findUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A person by TikTok's user id: who they are, what they are to you, their totals
         * @description Right `users.read`: admin, streamer (own channels), moderator (own channels), ops (masked), developer (simulated channels).
         */
        get: operations["getUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a person did in your channels, the newest first
         * @description Right `users.read`: admin, streamer (own channels), moderator (own channels), ops (masked), developer (simulated channels).
         */
        get: operations["listUserEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What your channels noted about a person, the newest first
         * @description Right `moderate`: admin, streamer (own channels), moderator (own channels).
         */
        get: operations["listNotes"];
        put?: never;
        /**
         * Notes something about a person
         * @description Right `moderate`: admin, streamer (own channels), moderator (own channels).
         */
        post: operations["addNote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{id}/notes/{noteId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Removes a note
         * @description Right `moderate`: admin, streamer (own channels), moderator (own channels).
         */
        delete: operations["removeNote"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/moderation/timeout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lets a person write nothing in a room for some seconds
         * @description Right `moderate`: admin, streamer (own channels), moderator (own channels).
         */
        post: operations["timeOutPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/moderation/ban": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Puts a person out of a room for good
         * @description Right `moderate`: admin, streamer (own channels), moderator (own channels).
         */
        post: operations["banPerson"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/moderation/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes a timeout or a ban back, of a person or of a rule; asked again, it answers the same
         * @description Right `moderate`: admin, streamer (own channels), moderator (own channels).
         */
        post: operations["undoAction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/moderation/capabilities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What can be done to people in a room, and if not, why
         * @description Right `moderate`: admin, streamer (own channels), moderator (own channels).
         */
        get: operations["getModerationCapabilities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/moderation/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What rules and people wanted done that ttlc has no means for: to people, since yesterday, before what is to be said
         * @description Right `moderate`: admin, streamer (own channels), moderator (own channels).
         */
        get: operations["listOpenActions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/moderation/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Closes one of these: it was done by hand, or nobody does it; or all of a rule, which nobody does
         * @description Right `moderate`: admin, streamer (own channels), moderator (own channels).
         */
        post: operations["resolveAction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions/{id}/analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures of one session: by minute, by gift, and who did most
         * @description Right `analytics.read`: admin, streamer (own channels), moderator (own channels), viewer (own channels, aggregates), developer (simulated channels), overlay (own channels, chosen).
         */
        get: operations["getSessionAnalytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/streams/{id}/analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Figures of a whole broadcast: by minute, by gift, and who did most
         * @description Right `analytics.read`: admin, streamer (own channels), moderator (own channels), viewer (own channels, aggregates), developer (simulated channels), overlay (own channels, chosen).
         */
        get: operations["getStreamAnalytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/channels/{id}/analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a streamer's sessions came to by day, the newest first
         * @description Right `analytics.read`: admin, streamer (own channels), moderator (own channels), viewer (own channels, aggregates), developer (simulated channels), overlay (own channels, chosen).
         */
        get: operations["getChannelAnalytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A session's events as a file, in the order of the room: NDJSON or CSV
         * @description Right `events.read`: admin, streamer (own channels), moderator (own channels), ops (masked), developer (simulated channels).
         */
        get: operations["exportSession"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/streams/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A broadcast's events as a file, in the order in which they came: NDJSON or CSV
         * @description Right `events.read`: admin, streamer (own channels), moderator (own channels), ops (masked), developer (simulated channels).
         */
        get: operations["exportStream"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Replays and how far they are, the newest first
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        get: operations["listJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a job is
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        /**
         * Ends a job for good
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        delete: operations["stopJob"];
        options?: never;
        head?: never;
        /**
         * Has a replay go on at another speed
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        patch: operations["changeJob"];
        trace?: never;
    };
    "/jobs/{id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Leaves a job where it is until it is resumed, over restarts
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["pauseJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Goes on with a paused job
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["resumeJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dlq": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Dead letters, the newest first; with group=cause what they have in common
         * @description Right `pipeline.read`: admin, ops, developer (simulated channels).
         */
        get: operations["listLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dlq/redrives": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Runs that redrive or discard dead letters, the newest first
         * @description Right `pipeline.read`: admin, ops, developer (simulated channels).
         */
        get: operations["listLetterJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dlq/redrives/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a run is that redrives or discards dead letters
         * @description Right `pipeline.read`: admin, ops, developer (simulated channels).
         */
        get: operations["getLetterJob"];
        put?: never;
        post?: never;
        /**
         * Ends a run that redrives or discards dead letters
         * @description Right `letters.act`: admin, ops, developer (simulated channels).
         */
        delete: operations["cancelLetterJob"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dlq/redrive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends dead letters back to where they failed; preview only counts them
         * @description Right `letters.act`: admin, ops, developer (simulated channels).
         */
        post: operations["redriveLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dlq/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Gives dead letters up: they are kept, with who did it and why; preview only counts them
         * @description Right `letters.act`: admin, ops, developer (simulated channels).
         */
        post: operations["discardLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dlq/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A dead letter, its content masked, and what would happen if it were redriven now
         * @description Right `pipeline.read`: admin, ops, developer (simulated channels).
         */
        get: operations["getLetter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/destinations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the events of your channels are sent to, and how that goes
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        get: operations["listDestinations"];
        put?: never;
        /**
         * Sends the events of a channel to an address from now on, as signed webhooks
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["createDestination"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/destinations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One destination, and how it does
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        get: operations["getDestination"];
        put?: never;
        post?: never;
        /**
         * Ends a destination, with what is known of its deliveries
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        delete: operations["deleteDestination"];
        options?: never;
        head?: never;
        /**
         * Changes what is named of a destination
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        patch: operations["changeDestination"];
        trace?: never;
    };
    "/destinations/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a made-up event to a destination, once, and tells what it answered
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["testDestination"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/destinations/{id}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new signing secret; the one before signs too for some hours more
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["rotateDestinationSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/destinations/{id}/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends to a disabled destination again, from where it stopped or from now
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["enableDestination"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/destinations/{id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The batches of a destination, the newest first, each with its last attempts
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/streams/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends all sessions of a broadcast through the pipeline again, as one
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["replayStream"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a replay is, by its own session
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        get: operations["getReplay"];
        put?: never;
        /**
         * Sends a stored session through the pipeline again
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["replaySession"];
        /**
         * Ends a replay
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        delete: operations["cancelReplay"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The rules of your channels
         * @description Right `rules.read`: admin, streamer (own channels), moderator (own channels), developer (simulated channels).
         */
        get: operations["listRules"];
        put?: never;
        /**
         * Saves a new rule of a channel
         * @description Right `rules.write`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["createRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rules/webhook-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new signing secret for the webhooks of a channel's rules; the one before signs too for some hours more
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["rotateRuleWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rules/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a rule makes of one event, or of the last ones, and why; nothing is done
         * @description Right `rules.read`: admin, streamer (own channels), moderator (own channels), developer (simulated channels).
         */
        post: operations["testRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events/{id}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Why each rule of its channel acted on an event that is stored, or did not
         * @description Right `rules.read`: admin, streamer (own channels), moderator (own channels), developer (simulated channels).
         */
        get: operations["explainEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rules/backtest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a rule would have done in sessions of the past; nothing is done
         * @description Right `rules.write`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["backtestRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rules/{id}/backtest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a rule that is saved, or a version of it, would have done in sessions of the past; nothing is done
         * @description Right `rules.write`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["backtestSavedRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rules/backtests/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far a backtest is, and what it found
         * @description Right `rules.write`: admin, streamer (own channels), developer (simulated channels).
         */
        get: operations["getBacktest"];
        put?: never;
        post?: never;
        /**
         * Ends a backtest; what it found until then stays
         * @description Right `rules.write`: admin, streamer (own channels), developer (simulated channels).
         */
        delete: operations["cancelBacktest"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rules/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One rule; its ETag is its version
         * @description Right `rules.read`: admin, streamer (own channels), moderator (own channels), developer (simulated channels).
         */
        get: operations["getRule"];
        /**
         * Saves a rule anew, if it is still at the version in If-Match
         * @description Right `rules.write`: admin, streamer (own channels), developer (simulated channels).
         */
        put: operations["updateRule"];
        post?: never;
        /**
         * Ends a rule, if it is still at the version in If-Match
         * @description Right `rules.write`: admin, streamer (own channels), developer (simulated channels).
         */
        delete: operations["deleteRule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rules/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a rule was, the newest version first
         * @description Right `rules.read`: admin, streamer (own channels), moderator (own channels), developer (simulated channels).
         */
        get: operations["listRuleVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What rules decided and people commanded, the newest first
         * @description Right `rules.read`: admin, streamer (own channels), moderator (own channels), developer (simulated channels).
         */
        get: operations["listActions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/actions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of them: what became of it
         * @description Right `rules.read`: admin, streamer (own channels), moderator (own channels), developer (simulated channels).
         */
        get: operations["getAction"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rules/{id}/shadow": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lets a draft run beside a rule: it decides about the same events, and does nothing
         * @description Right `rules.write`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["shadowRule"];
        /**
         * Ends the draft that runs beside a rule
         * @description Right `rules.write`: admin, streamer (own channels), developer (simulated channels).
         */
        delete: operations["unshadowRule"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rules/{id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a rule did since its shadow began, and what that would have done
         * @description Right `rules.read`: admin, streamer (own channels), moderator (own channels), developer (simulated channels).
         */
        get: operations["compareRule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rules/{id}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes the shadow of a rule its next version, if both are still those that were read
         * @description Right `rules.write`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["promoteRule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The keys of programs, the newest first
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        get: operations["listKeys"];
        put?: never;
        /**
         * Makes a key for a program, and shows it once
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["createKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Ends a key
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        delete: operations["revokeKey"];
        options?: never;
        head?: never;
        /**
         * Changes what a key is called, may, reaches, or when it ends
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        patch: operations["updateKey"];
        trace?: never;
    };
    "/keys/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replaces a key by a new one, shown once
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/team": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The people of the team, the newest first
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        get: operations["listTeam"];
        put?: never;
        /**
         * Adds somebody to the team, and shows their key once
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["addTeamMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/team/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Removes somebody from the team, and ends their sessions
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        delete: operations["removeTeamMember"];
        options?: never;
        head?: never;
        /**
         * Changes somebody's name, role, channels, or when their key ends
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        patch: operations["updateTeamMember"];
        trace?: never;
    };
    "/team/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replaces somebody's key by a new one, shown once
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["rotateTeamMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/overlays": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The tokens of overlays, the newest first
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        get: operations["listOverlays"];
        put?: never;
        /**
         * Makes a read-only token for the chosen events of one channel, and shows it once
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["createOverlay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/overlays/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replaces the token of an overlay by a new one, shown once
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        post: operations["rotateOverlay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/overlays/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Ends the token of an overlay
         * @description Right `manage`: admin, streamer (own channels), developer (simulated channels).
         */
        delete: operations["revokeOverlay"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was changed or tried, by whom, the newest first
         * @description Right `audit.read`: admin, streamer (own channels), moderator (own channels).
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This API as OpenAPI 3.1
         * @description Open to everybody.
         */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/asyncapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The live feeds and the streams behind them as AsyncAPI 3
         * @description Open to everybody.
         */
        get: operations["getAsyncApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description `timeline`, `gifts` and `top` as far as the caller may see them. */
        Analytics: {
            streamId: string;
            /**
             * Format: uuid
             * @description null: the whole broadcast.
             */
            sessionId: string | null;
            /**
             * Format: date-time
             * @description Of the figures, inclusive: whole minutes where a range was asked for.
             */
            from: string;
            /**
             * Format: date-time
             * @description Exclusive where a range was asked for, else the last event.
             */
            to: string;
            totals: components["schemas"]["AnalyticsTotals"];
            timeline?: {
                /** @description Minutes of one point: more than one for long broadcasts. */
                minutes: number;
                /** @description In order; where nothing happened there is none. */
                points: components["schemas"]["AnalyticsPoint"][];
            };
            /** @description By coins, the highest first. */
            gifts?: components["schemas"]["AnalyticsGift"][];
            top?: {
                gifters: components["schemas"]["AnalyticsPerson"][];
                chatters?: components["schemas"]["AnalyticsPerson"][];
                likers?: components["schemas"]["AnalyticsPerson"][];
                sharers?: components["schemas"]["AnalyticsPerson"][];
            };
        };
        AnalyticsDay: {
            /**
             * Format: date
             * @description In UTC, of the sessions that began on it.
             */
            day: string;
            sessions: number;
            events: number;
            diamonds: number;
            observedLikes: number;
            peakViewers: number | null;
        };
        AnalyticsGift: {
            giftId: string;
            giftName: string;
            gifts: number;
            coins: number;
        };
        /** @description Somebody on a list. An overlay is told neither userId nor uniqueId. */
        AnalyticsPerson: {
            userId?: string;
            uniqueId?: string;
            displayName: string;
            count: number;
            coins?: number;
        };
        AnalyticsPoint: {
            /**
             * Format: date-time
             * @description Its beginning.
             */
            at: string;
            /** @description By type; a type that did not occur is absent. */
            events: {
                [key: string]: number;
            };
            likes: number;
            /** @description The most that watched, as messages of then told; null when none did. */
            viewers: number | null;
        };
        /** @description Sums of what reached us, but for peakViewers and likes, which are TikTok's own figures. */
        AnalyticsTotals: {
            events: number;
            /** @description Different people who did something that a message told. */
            people: number;
            chats: number;
            /** @description Single gifts, a streak as many as it came to. */
            gifts: number;
            /** @description Coins of all gifts, each streak counted once at its maximum. */
            diamonds: number;
            observedLikes: number;
            /** @description TikTok's total; null while it has told none, and for a range of time. */
            likes: number | null;
            follows: number;
            shares: number;
            subscribes: number;
            joins: number;
            peakViewers: number | null;
        };
        AnnounceAction: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "announce";
            template: string;
        };
        AuditEntry: {
            /** @description Grows with time. */
            id: string;
            /** Format: date-time */
            at: string;
            actor: {
                /**
                 * Format: uuid
                 * @description The key; null: TTLC_ADMIN_KEY, a login link, or nobody.
                 */
                id: string | null;
                name: string;
                /** @enum {unknown} */
                role: "admin" | "streamer" | "moderator" | "viewer" | "ops" | "developer" | "overlay" | "nobody";
            };
            /** @description The operationId of the route. */
            action: string;
            method: string;
            /** @description What it was about, if that has a name. */
            target: {
                kind: string;
                id: string;
            } | null;
            channelIds: string[];
            /** @description The HTTP status of the answer. */
            status: number;
            correlationId: string;
            /** @description A few facts, none of them secret. */
            details: {
                [key: string]: unknown;
            };
        };
        AuditPage: {
            items: components["schemas"]["AuditEntry"][];
            /** @description give it back as `after` for the next page; null at the end */
            next: string | null;
        };
        BattleEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "BATTLE";
            /** @constant */
            schemaVersion: "unified.v1";
            /** @description sha256 of streamId:seqNo:rawType */
            eventId: string;
            subType?: string;
            /** @description TikTok's own type */
            rawType: string;
            /** @description TikTok room id */
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** @enum {unknown} */
            source: "live" | "replay";
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            /** @description order within the room */
            seqNo: number;
            /** @description TikTok's id of the message */
            msgId?: string;
            isHistory: boolean;
            /**
             * Format: date-time
             * @description when it happened
             */
            timestamp: string;
            /** Format: date-time */
            ingestedAt: string;
            /** @description who did it, as far as this message says */
            user: null | components["schemas"]["User"];
            payload: {
                battleId?: string;
                status?: string;
                sides?: {
                    userId: string;
                    points?: number;
                }[];
            };
            /**
             * @description personal parts were erased: `user` is null, personal fields are gone
             * @constant
             */
            erased?: true;
            /**
             * @description the same, for who may not see people
             * @constant
             */
            masked?: true;
            inherited?: components["schemas"]["Roles"];
        };
        /** @description What a streamer's sessions came to by day, the newest first. Replays are none. */
        ChannelAnalytics: {
            /** Format: uuid */
            channelId: string;
            days: components["schemas"]["AnalyticsDay"][];
        };
        ChannelItem: {
            /** Format: uuid */
            channelId: string;
            /** @description the streamer's @handle; null when another account took it over */
            uniqueId: string | null;
            displayName: string | null;
            /** @description made by the simulator: it stays out of totals */
            simulated: boolean;
            /** Format: date-time */
            createdAt: string;
            /** @description broadcasts of which something is stored */
            streams: number;
            /** @description the broadcast that began last */
            lastStream: components["schemas"]["ChannelStream"] | null;
            /** @description null: nobody asked to follow it */
            wanted: components["schemas"]["ChannelWanted"] | null;
            /** @description the actor that follows it now; null: none */
            room: components["schemas"]["ChannelRoom"] | null;
        };
        ChannelPage: {
            items: components["schemas"]["ChannelItem"][];
            next: string | null;
        };
        ChannelRoom: {
            /** @enum {unknown} */
            state: "waiting" | "resolving" | "connecting" | "live" | "reconnecting" | "ended" | "failed";
            /**
             * Format: date-time
             * @description since when it is in this state
             */
            since: string;
            /** @description the broadcast, once known */
            streamId: string | null;
            /** @description the live period, while live */
            sessionId: string | null;
        };
        ChannelStream: {
            streamId: string;
            title: string | null;
            /** Format: date-time */
            startedAt: string;
            /**
             * Format: date-time
             * @description null: it goes on, or nobody told its end
             */
            endedAt: string | null;
            /** Format: date-time */
            lastEventAt: string;
        };
        ChannelWanted: {
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            /** Format: date-time */
            since: string;
        };
        ChatEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "CHAT";
            /** @constant */
            schemaVersion: "unified.v1";
            /** @description sha256 of streamId:seqNo:rawType */
            eventId: string;
            subType?: string;
            /** @description TikTok's own type */
            rawType: string;
            /** @description TikTok room id */
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** @enum {unknown} */
            source: "live" | "replay";
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            /** @description order within the room */
            seqNo: number;
            /** @description TikTok's id of the message */
            msgId?: string;
            isHistory: boolean;
            /**
             * Format: date-time
             * @description when it happened
             */
            timestamp: string;
            /** Format: date-time */
            ingestedAt: string;
            /** @description who did it, as far as this message says */
            user: null | components["schemas"]["User"];
            payload: {
                message?: string;
                /** @description as TikTok detected it */
                language?: string;
                emotes?: {
                    emoteId: string;
                    imageUrl?: string;
                    /** @description offset in the message, in UTF-16 units */
                    at?: number;
                }[];
                mentions?: {
                    userId: string;
                    uniqueId?: string;
                    displayName?: string;
                }[];
            };
            /**
             * @description personal parts were erased: `user` is null, personal fields are gone
             * @constant
             */
            erased?: true;
            /**
             * @description the same, for who may not see people
             * @constant
             */
            masked?: true;
            inherited?: components["schemas"]["Roles"];
        };
        ConnectedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "CONNECTED";
            /** @constant */
            schemaVersion: "unified.v1";
            /** @description sha256 of streamId:seqNo:rawType */
            eventId: string;
            subType?: string;
            /** @description TikTok's own type */
            rawType: string;
            /** @description TikTok room id */
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** @enum {unknown} */
            source: "live" | "replay";
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            /** @description order within the room */
            seqNo: number;
            /** @description TikTok's id of the message */
            msgId?: string;
            isHistory: boolean;
            /**
             * Format: date-time
             * @description when it happened
             */
            timestamp: string;
            /** Format: date-time */
            ingestedAt: string;
            /** @description who did it, as far as this message says */
            user: null | components["schemas"]["User"];
            payload: {
                /** @enum {unknown} */
                provider: "direct" | "euler" | "simulator";
                /**
                 * Format: uuid
                 * @description ours
                 */
                channelId: string;
                uniqueId?: string;
                owner?: {
                    userId: string;
                    uniqueId?: string;
                    displayName?: string;
                };
                title?: string;
            };
            /**
             * @description personal parts were erased: `user` is null, personal fields are gone
             * @constant
             */
            erased?: true;
            /**
             * @description the same, for who may not see people
             * @constant
             */
            masked?: true;
            inherited?: components["schemas"]["Roles"];
        };
        DeadLetterCount: {
            stage: string;
            reason: string;
            count: number;
        };
        /** @description One batch of a destination, under one webhook-id however often it is tried. */
        Delivery: {
            webhookId: string;
            /** @description its events are those wanted after this position */
            after: string;
            /** @description and up to this one */
            through: string;
            events: number;
            /**
             * @description `refused`: it is in the dead letters; `queued`: from there it is to be sent again; `empty`: none of its events is left, or wanted any more
             * @enum {unknown}
             */
            state: "sending" | "queued" | "delivered" | "refused" | "empty";
            attempts: number;
            /** @description at most 20, the newest last */
            lastAttempts: components["schemas"]["DeliveryAttempt"][];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            finishedAt: string | null;
        };
        DeliveryAttempt: {
            /** Format: date-time */
            at: string;
            /** @description HTTP status; null: there was no answer */
            status: number | null;
            /** @description what was wrong; null when it was delivered */
            error: string | null;
            durationMs: number;
        };
        DeliveryPage: {
            items: components["schemas"]["Delivery"][];
            /** @description give it back as `after` for the next page; null at the end */
            next: string | null;
        };
        /** @description Where the events of a channel are sent to, and how that goes. Secrets are never in it. */
        Destination: {
            /** Format: uuid */
            destinationId: string;
            /** Format: uuid */
            channelId: string;
            name: string;
            /** @description public, https; see EGRESS_ALLOW */
            url: string;
            /** @enum {unknown} */
            envelope: "unified" | "cloudevents" | "euler";
            eventFilter: components["schemas"]["EventFilter"];
            enabled: boolean;
            disabledReason: ("BY_HAND" | "GONE" | "FAILING") | null;
            /**
             * @description `down`: the last five attempts failed, or five new batches were refused and none taken
             * @enum {unknown}
             */
            state: "ok" | "retrying" | "down" | "disabled";
            /** @description everything up to here was delivered, refused or not wanted */
            position: string;
            /** @description attempts in a row that failed, of one batch */
            failures: number;
            /** Format: date-time */
            failingSince: string | null;
            /** Format: date-time */
            nextAttemptAt: string | null;
            /** @description which are used to sign, the newest first */
            secrets: {
                /** Format: date-time */
                createdAt: string;
                /** Format: date-time */
                expiresAt: string | null;
            }[];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        DestinationPage: {
            items: components["schemas"]["Destination"][];
            /** @description give it back as `after` for the next page; null at the end */
            next: string | null;
        };
        DestinationTest: {
            webhookId: string;
            delivered: boolean;
            /** @description HTTP status; null: there was no answer */
            status: number | null;
            /** @description what was wrong; null when it was delivered */
            error: string | null;
            durationMs: number;
        };
        DisconnectedEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "DISCONNECTED";
            /** @constant */
            schemaVersion: "unified.v1";
            /** @description sha256 of streamId:seqNo:rawType */
            eventId: string;
            subType?: string;
            /** @description TikTok's own type */
            rawType: string;
            /** @description TikTok room id */
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** @enum {unknown} */
            source: "live" | "replay";
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            /** @description order within the room */
            seqNo: number;
            /** @description TikTok's id of the message */
            msgId?: string;
            isHistory: boolean;
            /**
             * Format: date-time
             * @description when it happened
             */
            timestamp: string;
            /** Format: date-time */
            ingestedAt: string;
            /** @description who did it, as far as this message says */
            user: null | components["schemas"]["User"];
            payload: {
                code: number;
                reason: string;
            };
            /**
             * @description personal parts were erased: `user` is null, personal fields are gone
             * @constant
             */
            erased?: true;
            /**
             * @description the same, for who may not see people
             * @constant
             */
            masked?: true;
            inherited?: components["schemas"]["Roles"];
        };
        DriftKind: {
            /**
             * @description unknown_type: there is no schema of the type; unknown_field: the schema of the type does not name it; decode_failure: the message is in the dead letters
             * @enum {unknown}
             */
            kind: "unknown_type" | "unknown_field" | "decode_failure";
            /** @description TikTok's type of message */
            type: string;
            /** @description the field's path, ending in its number or key; the reason of a failure; empty for a type */
            what: string;
            /** @description messages; of fields, among those `checked` */
            count: number;
            /**
             * Format: date-time
             * @description ingest received the first one
             */
            firstAt: string;
            /**
             * Format: date-time
             * @description ingest received the last one
             */
            lastAt: string;
            /** @description one of them */
            sample: {
                streamId: string;
                sessionId: string;
                seqNo: number;
                /** @enum {unknown} */
                provider: "direct" | "euler" | "simulator";
                shape: string;
            };
        };
        DriftReport: {
            /**
             * Format: date-time
             * @description since when the normalizer that runs longest counts
             */
            since: string;
            /** @description messages whose fields were looked at: a sample of all */
            checked: number;
            /** @description messages of kinds beyond those that a normalizer keeps apart */
            omitted: number;
            /** @description the newest first */
            kinds: components["schemas"]["DriftKind"][];
        };
        EmoteEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "EMOTE";
            /** @constant */
            schemaVersion: "unified.v1";
            /** @description sha256 of streamId:seqNo:rawType */
            eventId: string;
            subType?: string;
            /** @description TikTok's own type */
            rawType: string;
            /** @description TikTok room id */
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** @enum {unknown} */
            source: "live" | "replay";
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            /** @description order within the room */
            seqNo: number;
            /** @description TikTok's id of the message */
            msgId?: string;
            isHistory: boolean;
            /**
             * Format: date-time
             * @description when it happened
             */
            timestamp: string;
            /** Format: date-time */
            ingestedAt: string;
            /** @description who did it, as far as this message says */
            user: null | components["schemas"]["User"];
            payload: {
                emotes: {
                    emoteId: string;
                    imageUrl?: string;
                    /** @description offset in the message, in UTF-16 units */
                    at?: number;
                }[];
            };
            /**
             * @description personal parts were erased: `user` is null, personal fields are gone
             * @constant
             */
            erased?: true;
            /**
             * @description the same, for who may not see people
             * @constant
             */
            masked?: true;
            inherited?: components["schemas"]["Roles"];
        };
        ErrorBody: {
            /** @description what docs/errors.md explains */
            error_code: string;
            /** @description for a person: what to do */
            message: string;
            /** @description which fields are wrong, never their values; or what is missing */
            details?: unknown;
            /** @description the request's, as in the header x-correlation-id and in our log */
            correlation_id: string;
        };
        ErrorEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "ERROR";
            /** @constant */
            schemaVersion: "unified.v1";
            /** @description sha256 of streamId:seqNo:rawType */
            eventId: string;
            subType?: string;
            /** @description TikTok's own type */
            rawType: string;
            /** @description TikTok room id */
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** @enum {unknown} */
            source: "live" | "replay";
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            /** @description order within the room */
            seqNo: number;
            /** @description TikTok's id of the message */
            msgId?: string;
            isHistory: boolean;
            /**
             * Format: date-time
             * @description when it happened
             */
            timestamp: string;
            /** Format: date-time */
            ingestedAt: string;
            /** @description who did it, as far as this message says */
            user: null | components["schemas"]["User"];
            payload: {
                code: string;
                message: string;
            };
            /**
             * @description personal parts were erased: `user` is null, personal fields are gone
             * @constant
             */
            erased?: true;
            /**
             * @description the same, for who may not see people
             * @constant
             */
            masked?: true;
            inherited?: components["schemas"]["Roles"];
        };
        EventExplanation: {
            event: components["schemas"]["ServedEvent"];
            /**
             * Format: uuid
             * @description null: not known, so no rule was asked
             */
            channelId: string | null;
            /** @description the enabled rules that wait for events of its type, and all others that decided something about it */
            rules: components["schemas"]["ExplainedRule"][];
        };
        EventFilter: {
            types?: ("CHAT" | "GIFT" | "LIKE" | "JOIN" | "FOLLOW" | "SHARE" | "SUBSCRIBE" | "EMOTE" | "BATTLE" | "ROOM_USER" | "STREAM_END" | "CONNECTED" | "DISCONNECTED" | "ERROR" | "RAW")[];
            /** @description TikTok's id of who did it. */
            userId?: string;
            /** @description Gifts of so many coins or more, and nothing else. */
            minCoins?: number;
            /** @description A word in a name, a handle, a chat message or a gift's name. */
            q?: string;
        };
        EventPage: {
            items: components["schemas"]["ServedEvent"][];
            /** @description give it back as `after` for the next page; null at the end */
            next: string | null;
        };
        ExplainedRule: {
            /** Format: uuid */
            ruleId: string;
            name: string;
            enabled: boolean;
            /** @description now; `matched`, `failing`, `trace` and `rendered` are of it */
            version: number;
            /** @description the one that was asked; null: there was none, or it is no more kept */
            versionThen: number | null;
            matched: boolean;
            /** @description the comparisons that kept it from matching */
            failing: components["schemas"]["RuleClause"][];
            /** @description all comparisons */
            trace: components["schemas"]["RuleClause"][];
            /** @description what it says of the event */
            rendered: string | null;
            /**
             * @description decided: `decided` tells what; streak_acted: it acted once for the gift streak, or would have, at the event in `decided`; made_later: there was no such rule yet when the event came; was_off: the version of then was not enabled; other_type: the version of then waited for another type of event; streak_open: a gift of a streak that went on: rules see its end; no_match: the version of then did not match; not_recorded: the version of then matches, and nothing is written down: it was not asked (yet); or that version is no more kept
             * @enum {unknown}
             */
            why: "decided" | "streak_acted" | "made_later" | "was_off" | "other_type" | "streak_open" | "no_match" | "not_recorded";
            decided: components["schemas"]["RuleActionItem"][];
        };
        FollowEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "FOLLOW";
            /** @constant */
            schemaVersion: "unified.v1";
            /** @description sha256 of streamId:seqNo:rawType */
            eventId: string;
            subType?: string;
            /** @description TikTok's own type */
            rawType: string;
            /** @description TikTok room id */
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** @enum {unknown} */
            source: "live" | "replay";
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            /** @description order within the room */
            seqNo: number;
            /** @description TikTok's id of the message */
            msgId?: string;
            isHistory: boolean;
            /**
             * Format: date-time
             * @description when it happened
             */
            timestamp: string;
            /** Format: date-time */
            ingestedAt: string;
            /** @description who did it, as far as this message says */
            user: null | components["schemas"]["User"];
            payload: {
                followCount?: number;
            };
            /**
             * @description personal parts were erased: `user` is null, personal fields are gone
             * @constant
             */
            erased?: true;
            /**
             * @description the same, for who may not see people
             * @constant
             */
            masked?: true;
            inherited?: components["schemas"]["Roles"];
        };
        GiftEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "GIFT";
            /** @constant */
            schemaVersion: "unified.v1";
            /** @description sha256 of streamId:seqNo:rawType */
            eventId: string;
            subType?: string;
            /** @description TikTok's own type */
            rawType: string;
            /** @description TikTok room id */
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** @enum {unknown} */
            source: "live" | "replay";
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            /** @description order within the room */
            seqNo: number;
            /** @description TikTok's id of the message */
            msgId?: string;
            isHistory: boolean;
            /**
             * Format: date-time
             * @description when it happened
             */
            timestamp: string;
            /** Format: date-time */
            ingestedAt: string;
            /** @description who did it, as far as this message says */
            user: null | components["schemas"]["User"];
            payload: {
                giftId: string;
                giftName: string;
                /** @description of a streak: how many so far (cumulative) */
                giftCount: number;
                /** @description price of one gift */
                diamondCount: number;
                /** @description diamondCount x giftCount; cumulative in a streak: take the maximum per streakId */
                coins: number;
                streakable: boolean;
                /** @description sha256 of streamId:userId:giftId:groupId */
                streakId?: string;
                /** @enum {unknown} */
                streakState: "none" | "progress" | "final";
                /** @enum {unknown} */
                closedBy?: "end" | "timeout" | "streamEnd";
                toUser?: {
                    userId: string;
                    uniqueId?: string;
                    displayName?: string;
                };
                imageUrl?: string;
            };
            /**
             * @description personal parts were erased: `user` is null, personal fields are gone
             * @constant
             */
            erased?: true;
            /**
             * @description the same, for who may not see people
             * @constant
             */
            masked?: true;
            inherited?: components["schemas"]["Roles"];
        };
        Health: {
            /** @enum {unknown} */
            status: "ok" | "degraded";
            /** @constant */
            service: "TikTok Live Client";
            version: string;
            uptimeSeconds: number;
            parts: {
                [key: string]: "up" | "down";
            };
            /** @description those that are raised, `name: what is wrong` */
            alarms: string[];
        };
        Job: {
            /** Format: uuid */
            jobId: string;
            /** @enum {unknown} */
            kind: "replay";
            /**
             * @description running: also while nobody has it, as for some seconds after a crash. paused: until it is resumed.
             * @enum {unknown}
             */
            state: "running" | "paused" | "done" | "cancelled" | "failed";
            /** @description Why it failed. */
            reason?: string;
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            endedAt: string | null;
            progress: components["schemas"]["JobProgress"];
            replay: components["schemas"]["ReplayJob"];
        };
        JobPage: {
            items: components["schemas"]["Job"][];
            /** @description give it back as `after` for the next page; null at the end */
            next: string | null;
        };
        JobProgress: {
            total: number;
            done: number;
            percent: number;
            /** @description Events a second, lately; null while it does not run, or nobody told in the last five seconds. */
            perSecond: number | null;
            /** @description An estimate; null while there is none. */
            secondsLeft: number | null;
        };
        JoinEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "JOIN";
            /** @constant */
            schemaVersion: "unified.v1";
            /** @description sha256 of streamId:seqNo:rawType */
            eventId: string;
            subType?: string;
            /** @description TikTok's own type */
            rawType: string;
            /** @description TikTok room id */
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** @enum {unknown} */
            source: "live" | "replay";
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            /** @description order within the room */
            seqNo: number;
            /** @description TikTok's id of the message */
            msgId?: string;
            isHistory: boolean;
            /**
             * Format: date-time
             * @description when it happened
             */
            timestamp: string;
            /** Format: date-time */
            ingestedAt: string;
            /** @description who did it, as far as this message says */
            user: null | components["schemas"]["User"];
            payload: {
                memberCount?: number;
                via?: string;
            };
            /**
             * @description personal parts were erased: `user` is null, personal fields are gone
             * @constant
             */
            erased?: true;
            /**
             * @description the same, for who may not see people
             * @constant
             */
            masked?: true;
            inherited?: components["schemas"]["Roles"];
        };
        Key: {
            /** Format: uuid */
            id: string;
            /** @enum {unknown} */
            kind: "program" | "person" | "overlay";
            name: string;
            /** @enum {unknown} */
            role: "admin" | "streamer" | "moderator" | "viewer" | "ops" | "developer" | "overlay";
            /** @description Empty for roles that reach every channel. */
            channelIds: string[];
            /** @description Of an overlay: what it shows. */
            types: ("CHAT" | "GIFT" | "LIKE" | "JOIN" | "FOLLOW" | "SHARE" | "SUBSCRIBE" | "EMOTE" | "BATTLE" | "ROOM_USER" | "STREAM_END" | "CONNECTED" | "DISCONNECTED" | "ERROR" | "RAW")[] | null;
            /** @description How the key begins. Null for keys from before they were kept. */
            prefix: string | null;
            /** Format: date-time */
            createdAt: string;
            /** @description The key that made it; `id` null: TTLC_ADMIN_KEY or a login link. */
            createdBy: {
                /** Format: uuid */
                id: string | null;
                name: string;
            } | null;
            /**
             * Format: date-time
             * @description To the minute.
             */
            lastUsedAt: string | null;
            /** Format: date-time */
            expiresAt: string | null;
            /** Format: date-time */
            rotatedAt: string | null;
            /**
             * Format: date-time
             * @description Until when the key before the last rotation works too.
             */
            previousUntil: string | null;
        };
        KeyPage: {
            items: components["schemas"]["Key"][];
            /** @description give it back as `after` for the next page; null at the end */
            next: string | null;
        };
        LedgerDifference: {
            /** @enum {unknown} */
            between: "received and published" | "published and normalised" | "normalised and stored" | "dead letters and Postgres";
            /** @description negative: more than there should be */
            count: number;
        };
        Letter: {
            /** @description its entry in ttlc:dlq */
            id: string;
            /** @description the service that gave up */
            stage: string;
            /** @enum {unknown} */
            reason: "PARSE_ERROR" | "SCHEMA_ERROR" | "TRIMMED" | "STORE_REJECTED" | "HANDLER_FAILED" | "DELIVERY_FAILED";
            /** @description without secrets and personal data */
            error: string;
            /** @description the same for letters of one stage, reason and error, numbers and quoted text aside; of one destination and answer */
            cause: string;
            /** @enum {unknown} */
            state: "new" | "redriving" | "redriven" | "failed" | "discarded";
            /**
             * Format: date-time
             * @description since when; null: it is new
             */
            stateAt: string | null;
            /** Format: date-time */
            failedAt: string;
            /** @description the stream it was read from */
            stream: string | null;
            /** @description its entry id there */
            entryId: string | null;
            /** @description the consumer group that gave up */
            group: string | null;
            /** @description forwarder only */
            destination: string | null;
            /** @description what it is called; null: it is gone, or there is none */
            destinationName: string | null;
            /** @description where it leads */
            destinationHost: string | null;
            /** @description how often it was tried before it was given up */
            attempts: number | null;
            streamId: string | null;
            sessionId: string | null;
            /** @description how often it was sent back */
            redrives: number;
            /** @description why it was refused when it came back */
            lastError: string | null;
            /** @description the letter whose redrive ended in this one */
            redriveOf: string | null;
            /** @description the letter that the redrive of this one ended in */
            failedAs: string | null;
            /** @description who redrove or discarded it */
            decidedBy: string | null;
            /** @description why it was discarded */
            why: string | null;
        };
        LetterCause: {
            cause: string;
            stage: string;
            /** @enum {unknown} */
            reason: "PARSE_ERROR" | "SCHEMA_ERROR" | "TRIMMED" | "STORE_REJECTED" | "HANDLER_FAILED" | "DELIVERY_FAILED";
            /** @description forwarder only: all of them are of this one */
            destination: string | null;
            /** @description what it is called; null: it is gone, or there is none */
            destinationName: string | null;
            /** @description where it leads */
            destinationHost: string | null;
            /** @description what its errors have in common: # for a number or an id, "*" for quoted text */
            error: string;
            count: number;
            /** @description of these, letters that can be redriven or discarded */
            open: number;
            /** Format: date-time */
            firstAt: string;
            /** Format: date-time */
            lastAt: string;
            /** @description the newest of them */
            sample: string;
        };
        LetterCausePage: {
            items: components["schemas"]["LetterCause"][];
            /** @description give it back as `after` for the next page; null at the end */
            next: string | null;
        };
        LetterCount: {
            /** @description letters that can be redriven or discarded, of those that are meant */
            count: number;
        };
        LetterDetail: {
            /** @description its entry in ttlc:dlq */
            id: string;
            /** @description the service that gave up */
            stage: string;
            /** @enum {unknown} */
            reason: "PARSE_ERROR" | "SCHEMA_ERROR" | "TRIMMED" | "STORE_REJECTED" | "HANDLER_FAILED" | "DELIVERY_FAILED";
            /** @description without secrets and personal data */
            error: string;
            /** @description the same for letters of one stage, reason and error, numbers and quoted text aside; of one destination and answer */
            cause: string;
            /** @enum {unknown} */
            state: "new" | "redriving" | "redriven" | "failed" | "discarded";
            /**
             * Format: date-time
             * @description since when; null: it is new
             */
            stateAt: string | null;
            /** Format: date-time */
            failedAt: string;
            /** @description the stream it was read from */
            stream: string | null;
            /** @description its entry id there */
            entryId: string | null;
            /** @description the consumer group that gave up */
            group: string | null;
            /** @description forwarder only */
            destination: string | null;
            /** @description what it is called; null: it is gone, or there is none */
            destinationName: string | null;
            /** @description where it leads */
            destinationHost: string | null;
            /** @description how often it was tried before it was given up */
            attempts: number | null;
            streamId: string | null;
            sessionId: string | null;
            /** @description how often it was sent back */
            redrives: number;
            /** @description why it was refused when it came back */
            lastError: string | null;
            /** @description the letter whose redrive ended in this one */
            redriveOf: string | null;
            /** @description the letter that the redrive of this one ended in */
            failedAs: string | null;
            /** @description who redrove or discarded it */
            decidedBy: string | null;
            /** @description why it was discarded */
            why: string | null;
            correlationId: string | null;
            /** @description the fields of the entry, null when they cannot be read; what is personal or secret says only how long it is */
            entry: {
                [key: string]: unknown;
            } | null;
            /** @description the letters that it comes from, its own ancestor first */
            lineage: {
                id: string;
                /** @enum {unknown} */
                reason: "PARSE_ERROR" | "SCHEMA_ERROR" | "TRIMMED" | "STORE_REJECTED" | "HANDLER_FAILED" | "DELIVERY_FAILED";
                error: string;
                /** Format: date-time */
                failedAt: string;
                /** Format: date-time */
                stateAt: string | null;
            }[];
            trial: components["schemas"]["LetterTrial"];
        };
        LetterJob: {
            /** Format: uuid */
            id: string;
            /** @enum {unknown} */
            kind: "redrive" | "discard";
            /** @enum {unknown} */
            state: "running" | "done" | "cancelled" | "failed";
            /** @description letters to take */
            total: number;
            /** @description letters that were taken and whose outcome is known */
            done: number;
            /** @description of these, refused at once. Others may fail again later, as letters of their own */
            failed: number;
            /** @description letters a second; null: as fast as it goes, of what is discarded */
            rate: number | null;
            /** @description why it failed; while it runs, what it waits for */
            reason: string | null;
            askedBy: string;
            why: string | null;
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            endedAt: string | null;
        };
        LetterJobPage: {
            items: components["schemas"]["LetterJob"][];
            /** @description give it back as `after` for the next page; null at the end */
            next: string | null;
        };
        LetterPage: {
            items: components["schemas"]["Letter"][];
            /** @description give it back as `after` for the next page; null at the end */
            next: string | null;
        };
        LetterTrial: {
            /** @enum {unknown} */
            outcome: "stored" | "stored_already" | "sent" | "sent_already" | "decided" | "decided_already" | "unmatched" | "refused" | "unknown" | "impossible";
            reason: string | null;
            error: string | null;
            /** @description what is stored under its eventId now; null: nothing */
            before: {
                [key: string]: unknown;
            } | null;
            /** @description the event that it would be; null: none */
            after: {
                [key: string]: unknown;
            } | null;
            /** @description of what rules gave up: those that match */
            rules: components["schemas"]["LetterTrialRule"][];
            /** @description where `after` differs from `before` */
            changes: {
                /** @description dotted */
                path: string;
                /** @description null: it is not there */
                before: unknown;
                /** @description null: it is not there */
                after: unknown;
            }[];
        };
        LetterTrialRule: {
            /** Format: uuid */
            ruleId: string;
            /** @description as it is called now */
            name: string;
            /** @enum {unknown} */
            type: "log" | "announce" | "moderate" | "webhook";
            /** @enum {unknown} */
            mode: "live" | "dry_run" | "shadow";
            /**
             * @description what would be written down: it would be sent, is done by that, or refused; null: it decided before
             * @enum {unknown}
             */
            state: "planned" | "done" | "skipped" | null;
            /** @description why it would be refused, such as `stale` */
            reason: string | null;
            /** @description what it decided before */
            actionId: string | null;
        };
        LikeEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "LIKE";
            /** @constant */
            schemaVersion: "unified.v1";
            /** @description sha256 of streamId:seqNo:rawType */
            eventId: string;
            subType?: string;
            /** @description TikTok's own type */
            rawType: string;
            /** @description TikTok room id */
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** @enum {unknown} */
            source: "live" | "replay";
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            /** @description order within the room */
            seqNo: number;
            /** @description TikTok's id of the message */
            msgId?: string;
            isHistory: boolean;
            /**
             * Format: date-time
             * @description when it happened
             */
            timestamp: string;
            /** Format: date-time */
            ingestedAt: string;
            /** @description who did it, as far as this message says */
            user: null | components["schemas"]["User"];
            payload: {
                count: number;
                /** @description gauge of the room: last value wins */
                total?: number;
            };
            /**
             * @description personal parts were erased: `user` is null, personal fields are gone
             * @constant
             */
            erased?: true;
            /**
             * @description the same, for who may not see people
             * @constant
             */
            masked?: true;
            inherited?: components["schemas"]["Roles"];
        };
        Liveness: {
            /** @constant */
            status: "ok";
            /** @constant */
            service: "TikTok Live Client";
        };
        LogAction: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "log";
            template: string;
        };
        Me: {
            /**
             * Format: uuid
             * @description Of the key; null: TTLC_ADMIN_KEY or a login link.
             */
            id: string | null;
            name: string;
            /** @enum {unknown} */
            role: "admin" | "streamer" | "moderator" | "viewer" | "ops" | "developer" | "overlay";
            /** @description Those of the key; empty for roles that reach more than single channels. */
            channels: {
                /** Format: uuid */
                channelId: string;
                uniqueId: string | null;
                displayName: string | null;
                simulated: boolean;
            }[];
            /** @description Of an overlay: what it shows. */
            types: ("CHAT" | "GIFT" | "LIKE" | "JOIN" | "FOLLOW" | "SHARE" | "SUBSCRIBE" | "EMOTE" | "BATTLE" | "ROOM_USER" | "STREAM_END" | "CONNECTED" | "DISCONNECTED" | "ERROR" | "RAW")[] | null;
            /** @description What the role may, each with how much of it is shown. What is not here is refused. */
            rights: {
                [key: string]: "whole" | "masked" | "aggregates" | "chosen";
            };
            /**
             * Format: date-time
             * @description Of the session or the key; null: never.
             */
            expiresAt: string | null;
        };
        Meta: {
            /** @constant */
            status: "ok";
            /** @constant */
            service: "TikTok Live Client";
            version: string;
        };
        ModerateAction: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "moderate";
            /** @enum {unknown} */
            measure: "timeout" | "ban";
            seconds?: number;
            reason: string;
        };
        ModerationCapabilities: {
            streamId: string;
            timeout: components["schemas"]["ModerationCapability"];
            ban: components["schemas"]["ModerationCapability"];
            undo: components["schemas"]["ModerationCapability"];
            /** @description how long a timeout can last */
            seconds: (5 | 30 | 60 | 300)[];
        };
        ModerationCapability: {
            can: boolean;
            /**
             * @description why not; with no_capability a command is written down and left to a person, with stream_ended refused
             * @enum {unknown}
             */
            reason: "no_capability" | "stream_ended" | null;
            /** @description the same in a sentence */
            why: string | null;
        };
        /** @description A destination with its new signing secret, which is shown this once. */
        NewDestination: {
            /** Format: uuid */
            destinationId: string;
            /** Format: uuid */
            channelId: string;
            name: string;
            /** @description public, https; see EGRESS_ALLOW */
            url: string;
            /** @enum {unknown} */
            envelope: "unified" | "cloudevents" | "euler";
            eventFilter: components["schemas"]["EventFilter"];
            enabled: boolean;
            disabledReason: ("BY_HAND" | "GONE" | "FAILING") | null;
            /**
             * @description `down`: the last five attempts failed, or five new batches were refused and none taken
             * @enum {unknown}
             */
            state: "ok" | "retrying" | "down" | "disabled";
            /** @description everything up to here was delivered, refused or not wanted */
            position: string;
            /** @description attempts in a row that failed, of one batch */
            failures: number;
            /** Format: date-time */
            failingSince: string | null;
            /** Format: date-time */
            nextAttemptAt: string | null;
            /** @description which are used to sign, the newest first */
            secrets: {
                /** Format: date-time */
                createdAt: string;
                /** Format: date-time */
                expiresAt: string | null;
            }[];
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            /** @description for the verifiers of Standard Webhooks */
            secret: string;
        };
        NewKey: {
            key: components["schemas"]["Key"];
            /** @description Shown now and never again. */
            secret: string;
        };
        NewRule: {
            name: string;
            /** @default true */
            enabled: boolean;
            /** @enum {unknown} */
            eventType: "CHAT" | "GIFT" | "LIKE" | "JOIN" | "FOLLOW" | "SHARE" | "SUBSCRIBE" | "EMOTE" | "BATTLE" | "ROOM_USER" | "STREAM_END" | "CONNECTED" | "DISCONNECTED" | "ERROR" | "RAW";
            condition?: unknown;
            /** @default false */
            matchAll: boolean;
            action: components["schemas"]["RuleAction"];
            /**
             * @description seconds after it fired in which it does not
             * @default 0
             */
            cooldown: number;
            /**
             * @description the same, for one person
             * @default 0
             */
            perUserCooldown: number;
            /** @default {} */
            limits: {
                perMinute?: number;
            };
            /**
             * @description dry_run: decides and says so, but does nothing. shadow: the same, beside the version that is live
             * @default live
             * @enum {unknown}
             */
            mode: "live" | "dry_run" | "shadow";
        };
        Note: {
            /** Format: uuid */
            noteId: string;
            /** @description whom it is about */
            userId: string;
            /** Format: uuid */
            channelId: string;
            /** @description as it was typed: show it as text, never as HTML */
            text: string;
            /** Format: uuid */
            sessionId: string | null;
            /** @description the event that gave rise to it */
            eventId: string | null;
            author: components["schemas"]["NoteAuthor"];
            /** Format: date-time */
            createdAt: string;
        };
        NoteAuthor: {
            name: string;
            /** @enum {unknown} */
            role: "admin" | "streamer" | "moderator" | "viewer" | "ops" | "developer" | "overlay";
        };
        NotePage: {
            items: components["schemas"]["Note"][];
            next: string | null;
        };
        OpenAction: {
            actionId: string;
            /**
             * Format: uuid
             * @description null: a person commanded it, see `actor`
             */
            ruleId: string | null;
            ruleVersion: number | null;
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** @description of a command: its evidence, if it has some */
            eventId: string | null;
            /** @description of a command: its evidence was not stored when it was given, so nobody saw whose event it is */
            unconfirmed: boolean;
            userId: string | null;
            /** @enum {unknown} */
            type: "log" | "announce" | "moderate" | "webhook";
            rendered: string | null;
            /** @enum {unknown} */
            mode: "live" | "dry_run" | "shadow";
            /** @enum {unknown} */
            state: "planned" | "executing" | "done" | "failed" | "unknown" | "skipped";
            /** @description why it was skipped, or failed */
            reason: string | null;
            /**
             * Format: date-time
             * @description of a command without evidence: when it was given
             */
            eventAt: string;
            /** Format: date-time */
            decidedAt: string;
            /** Format: date-time */
            endedAt: string | null;
            /**
             * @description of `moderate`: what is done
             * @enum {unknown}
             */
            measure: "timeout" | "ban" | "unmute" | "unban" | null;
            /** @description of a timeout, as it is sent */
            seconds: number | null;
            /** @description who commanded it; null: a rule decided it */
            actor: {
                /**
                 * Format: uuid
                 * @description the key; null: TTLC_ADMIN_KEY or a login link
                 */
                id: string | null;
                name: string;
                /** @enum {unknown} */
                role: "admin" | "streamer" | "moderator" | "viewer" | "ops" | "developer" | "overlay";
            } | null;
            /** @description why, in the words of `actor` */
            givenReason: string | null;
            /** @description the action that this one takes back */
            undoes: string | null;
            /** @description the action that takes this one back */
            undoneBy: string | null;
            /** @description what a person did about `no_capability`; null: nothing yet */
            resolved: {
                /** @enum {unknown} */
                outcome: "done_by_hand" | "dismissed";
                /** Format: date-time */
                at: string;
                by: {
                    /**
                     * Format: uuid
                     * @description the key; null: TTLC_ADMIN_KEY or a login link
                     */
                    id: string | null;
                    name: string;
                    /** @enum {unknown} */
                    role: "admin" | "streamer" | "moderator" | "viewer" | "ops" | "developer" | "overlay";
                };
            } | null;
            /** @description null: a person commanded it */
            ruleName: string | null;
            /** @description what it is because of; null: nothing is named, or it is not stored */
            event: components["schemas"]["ServedEvent"] | null;
        };
        OpenActionPage: {
            items: components["schemas"]["OpenAction"][];
            /** @description give it back as `after` for the next page; null at the end */
            next: string | null;
        };
        RawEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "RAW";
            /** @constant */
            schemaVersion: "unified.v1";
            /** @description sha256 of streamId:seqNo:rawType */
            eventId: string;
            subType?: string;
            /** @description TikTok's own type */
            rawType: string;
            /** @description TikTok room id */
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** @enum {unknown} */
            source: "live" | "replay";
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            /** @description order within the room */
            seqNo: number;
            /** @description TikTok's id of the message */
            msgId?: string;
            isHistory: boolean;
            /**
             * Format: date-time
             * @description when it happened
             */
            timestamp: string;
            /** Format: date-time */
            ingestedAt: string;
            /** @description who did it, as far as this message says */
            user: null | components["schemas"]["User"];
            payload: {
                rawType: string;
                /** @description decoded JSON, or base64 when the type is unknown */
                data?: unknown;
                facts?: {
                    /** @description GAP: since when (ISO 8601); SOURCE_SWITCHED: from which provider */
                    from?: string;
                    /** @description GAP: until when (ISO 8601); SOURCE_SWITCHED: to which provider */
                    to?: string;
                    why?: string;
                    /** @description GAP: seqNo of the last message before it */
                    seqNoBefore?: number;
                    /** @description GAP: seqNo of the first message after it */
                    seqNoAfter?: number;
                    /** @description how many things the message is about; GAP: messages that were dropped */
                    count?: number;
                    /** @description GOAL: reached so far */
                    current?: number;
                    /** @description GOAL: wanted */
                    target?: number;
                    /** @description ENVELOPE: diamonds inside */
                    diamondCount?: number;
                    /** @description MESSAGE_DELETED, ROOM_PIN: msgIds it names */
                    messageIds?: string[];
                    /** @description the message's action code, as TikTok numbers it */
                    action?: number;
                };
            };
            /**
             * @description personal parts were erased: `user` is null, personal fields are gone
             * @constant
             */
            erased?: true;
            /**
             * @description the same, for who may not see people
             * @constant
             */
            masked?: true;
            inherited?: components["schemas"]["Roles"];
        };
        Readiness: {
            /** @constant */
            status: "ready";
            /** @constant */
            service: "TikTok Live Client";
            /** @description what an operator should know although all is there */
            warnings: string[];
        };
        ReplayJob: {
            /**
             * Format: uuid
             * @description The replay's own: that of its events, and the job's id.
             */
            sessionId: string;
            streamId: string;
            /**
             * Format: uuid
             * @description The session that is replayed; null: a whole broadcast.
             */
            of: string | null;
            /** @description times the original speed; max: as fast as it is handled */
            speed: "max" | number;
            /**
             * Format: date-time
             * @description The room's time of the first event.
             */
            from: string;
            /**
             * Format: date-time
             * @description The room's time of the last event.
             */
            to: string;
            /**
             * Format: date-time
             * @description The room's time of the last event sent; null before the first.
             */
            reachedAt: string | null;
        };
        ReplayStatus: {
            /**
             * Format: uuid
             * @description the replay's own
             */
            sessionId: string;
            streamId: string;
            /**
             * Format: uuid
             * @description the session that is replayed; null: all sessions of the stream, as one
             */
            of: string | null;
            /** @description times the original speed; max: as fast as it is handled */
            speed: "max" | number;
            /**
             * @description running: also while nobody has it, as after a crash; paused: until somebody resumes it; failed: see `reason`
             * @enum {unknown}
             */
            state: "running" | "paused" | "done" | "cancelled" | "failed";
            reason?: string;
            /** @description events to send */
            total: number;
            /** @description sent so far */
            published: number;
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            endedAt: string | null;
        };
        ResolvedActions: {
            /** Format: uuid */
            ruleId: string;
            /** @description what of the rule waited, and does no more */
            resolved: number;
        };
        /** @description what earlier messages of the same person in rooms of the same channel told and this one does not, as of its position */
        Roles: {
            isModerator?: boolean;
            isSubscriber?: boolean;
            isFollower?: boolean;
            followRole?: number;
            gifterLevel?: number;
            teamMemberLevel?: number;
            topGifterRank?: number;
        };
        RoomCounters: {
            /** @description taken from the socket or the initial fetch */
            received: number;
            /** @description confirmed on ttlc:raw */
            published: number;
            /** @description recognised as seen before and not published again */
            duplicates: number;
            /** @description published without their data: over the size cap */
            tooLarge: number;
            /** @description sent to ttlc:dlq because they cannot be raw entries */
            refused: number;
        };
        RoomStatus: {
            /** @description the streamer's @handle */
            uniqueId: string;
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            simulated: boolean;
            /** @description the ingest process that follows it; absent while none does */
            node?: string;
            /** @enum {unknown} */
            state: "waiting" | "resolving" | "connecting" | "live" | "reconnecting" | "ended" | "failed";
            /**
             * Format: date-time
             * @description since when it is in `state`
             */
            since: string;
            /** @description TikTok's room id, once known */
            streamId?: string;
            /**
             * Format: uuid
             * @description the live period, while live
             */
            sessionId?: string;
            /** Format: uuid */
            channelId?: string;
            /** @description why it is in this state, for a person: no secret, no stack */
            reason?: string;
            /** @description failed attempts in a row */
            attempt: number;
            /**
             * Format: date-time
             * @description when the next attempt begins
             */
            nextAttemptAt?: string;
            /** @description what waits on disk because Redis cannot take it; absent while nothing does */
            spool?: {
                messages: number;
                bytes: number;
            };
            /**
             * Format: date-time
             * @description since when messages are dropped because nothing takes them; absent while none are
             */
            sheddingSince?: string;
            counters: components["schemas"]["RoomCounters"];
            /** @description how each of its sources does since its actor started; where two are configured, both */
            sources?: components["schemas"]["SourceScore"][];
            /** @description messages given up since its actor started, in this process */
            dropped: {
                overload: {
                    crowd: number;
                    other: number;
                    vital: number;
                };
            };
            streaks?: components["schemas"]["RoomStreaks"];
        };
        RoomStreaks: {
            /** @description going on */
            open: number;
            /** @description their end was not seen: after 10 s of silence, or because the stream ended */
            closed: {
                timeout: number;
                streamEnd: number;
            };
            /** @description frames of streaks that were too many at once to follow; they count, but a lost end stays unknown */
            untracked: number;
        };
        RoomUserEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "ROOM_USER";
            /** @constant */
            schemaVersion: "unified.v1";
            /** @description sha256 of streamId:seqNo:rawType */
            eventId: string;
            subType?: string;
            /** @description TikTok's own type */
            rawType: string;
            /** @description TikTok room id */
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** @enum {unknown} */
            source: "live" | "replay";
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            /** @description order within the room */
            seqNo: number;
            /** @description TikTok's id of the message */
            msgId?: string;
            isHistory: boolean;
            /**
             * Format: date-time
             * @description when it happened
             */
            timestamp: string;
            /** Format: date-time */
            ingestedAt: string;
            /** @description who did it, as far as this message says */
            user: null | components["schemas"]["User"];
            payload: {
                /** @description gauge: watching now */
                viewers: number;
                /** @description gauge: since the stream began */
                totalViewers?: number;
                top?: {
                    userId: string;
                    uniqueId?: string;
                    displayName?: string;
                    score?: number;
                }[];
            };
            /**
             * @description personal parts were erased: `user` is null, personal fields are gone
             * @constant
             */
            erased?: true;
            /**
             * @description the same, for who may not see people
             * @constant
             */
            masked?: true;
            inherited?: components["schemas"]["Roles"];
        };
        Rule: {
            name: string;
            /** @default true */
            enabled: boolean;
            /** @enum {unknown} */
            eventType: "CHAT" | "GIFT" | "LIKE" | "JOIN" | "FOLLOW" | "SHARE" | "SUBSCRIBE" | "EMOTE" | "BATTLE" | "ROOM_USER" | "STREAM_END" | "CONNECTED" | "DISCONNECTED" | "ERROR" | "RAW";
            condition?: unknown;
            /** @default false */
            matchAll: boolean;
            action: components["schemas"]["RuleAction"];
            /**
             * @description seconds after it fired in which it does not
             * @default 0
             */
            cooldown: number;
            /**
             * @description the same, for one person
             * @default 0
             */
            perUserCooldown: number;
            /** @default {} */
            limits: {
                perMinute?: number;
            };
            /**
             * @description dry_run: decides and says so, but does nothing. shadow: the same, beside the version that is live
             * @default live
             * @enum {unknown}
             */
            mode: "live" | "dry_run" | "shadow";
            /** Format: uuid */
            ruleId: string;
            /** Format: uuid */
            channelId: string;
            version: number;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
            /** @description how often it acted, or would have, in the last 24 hours */
            fired24h: number;
            /** Format: date-time */
            lastFiredAt: string | null;
            shadow?: components["schemas"]["RuleShadow"];
        };
        RuleAction: {
            /** @enum {unknown} */
            type: "log" | "announce" | "moderate" | "webhook";
        } & (components["schemas"]["LogAction"] | components["schemas"]["AnnounceAction"] | components["schemas"]["ModerateAction"] | components["schemas"]["WebhookAction"]);
        RuleActionItem: {
            actionId: string;
            /**
             * Format: uuid
             * @description null: a person commanded it, see `actor`
             */
            ruleId: string | null;
            ruleVersion: number | null;
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** @description of a command: its evidence, if it has some */
            eventId: string | null;
            /** @description of a command: its evidence was not stored when it was given, so nobody saw whose event it is */
            unconfirmed: boolean;
            userId: string | null;
            /** @enum {unknown} */
            type: "log" | "announce" | "moderate" | "webhook";
            rendered: string | null;
            /** @enum {unknown} */
            mode: "live" | "dry_run" | "shadow";
            /** @enum {unknown} */
            state: "planned" | "executing" | "done" | "failed" | "unknown" | "skipped";
            /** @description why it was skipped, or failed */
            reason: string | null;
            /**
             * Format: date-time
             * @description of a command without evidence: when it was given
             */
            eventAt: string;
            /** Format: date-time */
            decidedAt: string;
            /** Format: date-time */
            endedAt: string | null;
            /**
             * @description of `moderate`: what is done
             * @enum {unknown}
             */
            measure: "timeout" | "ban" | "unmute" | "unban" | null;
            /** @description of a timeout, as it is sent */
            seconds: number | null;
            /** @description who commanded it; null: a rule decided it */
            actor: {
                /**
                 * Format: uuid
                 * @description the key; null: TTLC_ADMIN_KEY or a login link
                 */
                id: string | null;
                name: string;
                /** @enum {unknown} */
                role: "admin" | "streamer" | "moderator" | "viewer" | "ops" | "developer" | "overlay";
            } | null;
            /** @description why, in the words of `actor` */
            givenReason: string | null;
            /** @description the action that this one takes back */
            undoes: string | null;
            /** @description the action that takes this one back */
            undoneBy: string | null;
            /** @description what a person did about `no_capability`; null: nothing yet */
            resolved: {
                /** @enum {unknown} */
                outcome: "done_by_hand" | "dismissed";
                /** Format: date-time */
                at: string;
                by: {
                    /**
                     * Format: uuid
                     * @description the key; null: TTLC_ADMIN_KEY or a login link
                     */
                    id: string | null;
                    name: string;
                    /** @enum {unknown} */
                    role: "admin" | "streamer" | "moderator" | "viewer" | "ops" | "developer" | "overlay";
                };
            } | null;
        };
        RuleActionPage: {
            items: components["schemas"]["RuleActionItem"][];
            /** @description give it back as `after` for the next page; null at the end */
            next: string | null;
        };
        RuleBacktest: {
            /** Format: uuid */
            backtestId: string;
            /** @enum {unknown} */
            state: "running" | "done" | "cancelled" | "failed";
            /** @description why it failed */
            reason?: string;
            /** @description events that are stored, of all types */
            total: number;
            /** @description of these, looked at so far */
            events: number;
            matched: number;
            fired: number;
            /** @description how often it matched and did not fire, by reason */
            held: {
                cooldown: number;
                user_cooldown: number;
                limit: number;
            };
            /** @description how often it fired and nothing would have been done, as `GET /actions` says it */
            skipped: {
                history: number;
                stale: number;
                own_account: number;
                streamer: number;
                no_user: number;
                empty: number;
            };
            /** @description events of its type without their person, who was erased: it may have matched more */
            erased: number;
            /** @description in the order in which they were looked at */
            sessions: components["schemas"]["RuleBacktestSession"][];
            /** @description the first 1,000 */
            firings: components["schemas"]["RuleFiring"][];
            /** @description firings that are counted and not listed */
            unlisted: number;
        };
        RuleBacktestSession: {
            /** Format: uuid */
            sessionId: string;
            streamId: string;
            /** @description events that are stored, of all types */
            total: number;
            /** @description of these, looked at so far */
            events: number;
            matched: number;
            fired: number;
            /** @description how often it matched and did not fire, by reason */
            held: {
                cooldown: number;
                user_cooldown: number;
                limit: number;
            };
            /** @description how often it fired and nothing would have been done, as `GET /actions` says it */
            skipped: {
                history: number;
                stale: number;
                own_account: number;
                streamer: number;
                no_user: number;
                empty: number;
            };
            /** @description events of its type without their person, who was erased: it may have matched more */
            erased: number;
            /** @description times in which messages were lost: what was in them is not stored */
            gaps: number;
            /** @description messages that failed and are not stored, as far as they tell the session */
            deadLettered: number;
        };
        /** @description One comparison of a condition, as it came out for one event */
        RuleClause: {
            path: string;
            holds: boolean;
            /** @description what it read of the event, by field; null: not there */
            reads: {
                [key: string]: string | number | boolean | null;
            };
        };
        RuleDiff: {
            /** Format: uuid */
            ruleId: string;
            /** @description the live one */
            version: number;
            shadow: components["schemas"]["RuleDraft"];
            /**
             * Format: date-time
             * @description not before the shadow began
             */
            from: string;
            /** Format: date-time */
            to: string;
            both: number;
            onlyLive: number;
            onlyShadow: number;
            /** @description what one of them or both fired for, the newest first */
            items: components["schemas"]["RuleDiffItem"][];
        };
        RuleDiffItem: {
            eventId: string;
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** Format: date-time */
            eventAt: string;
            live: null | components["schemas"]["RuleEffect"];
            shadow: null | components["schemas"]["RuleEffect"];
        };
        RuleDraft: {
            name: string;
            /** @default true */
            enabled: boolean;
            /** @enum {unknown} */
            eventType: "CHAT" | "GIFT" | "LIKE" | "JOIN" | "FOLLOW" | "SHARE" | "SUBSCRIBE" | "EMOTE" | "BATTLE" | "ROOM_USER" | "STREAM_END" | "CONNECTED" | "DISCONNECTED" | "ERROR" | "RAW";
            condition?: unknown;
            /** @default false */
            matchAll: boolean;
            action: components["schemas"]["RuleAction"];
            /**
             * @description seconds after it fired in which it does not
             * @default 0
             */
            cooldown: number;
            /**
             * @description the same, for one person
             * @default 0
             */
            perUserCooldown: number;
            /** @default {} */
            limits: {
                perMinute?: number;
            };
            /**
             * @description dry_run: decides and says so, but does nothing. shadow: the same, beside the version that is live
             * @default live
             * @enum {unknown}
             */
            mode: "live" | "dry_run" | "shadow";
        };
        RuleEffect: {
            /** @enum {unknown} */
            state: "planned" | "executing" | "done" | "failed" | "unknown" | "skipped";
            /** @description why it was skipped, or failed */
            reason: string | null;
            rendered: string | null;
        };
        RuleFiring: {
            eventId: string;
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            seqNo: number;
            /** Format: date-time */
            timestamp: string;
            username: string | null;
            rendered: string | null;
        };
        RulePage: {
            items: components["schemas"]["Rule"][];
            /** @description give it back as `after` for the next page; null at the end */
            next: string | null;
        };
        RuleProblem: {
            path: string;
            message: string;
        };
        /** @description a draft that runs beside it and does nothing; absent: there is none */
        RuleShadow: {
            draft: components["schemas"]["RuleDraft"];
            /** Format: date-time */
            since: string;
            by: string;
        };
        RuleTest: {
            matched: boolean;
            renderedTemplate: string | null;
            trace: components["schemas"]["RuleClause"][];
            errors: components["schemas"]["RuleProblem"][];
        };
        RuleTrial: {
            event: components["schemas"]["ServedEvent"];
            matched: boolean;
            renderedTemplate: string | null;
            trace: components["schemas"]["RuleClause"][];
        };
        RuleTrials: {
            /** @description what is wrong with the rule: then nothing was tested */
            errors: components["schemas"]["RuleProblem"][];
            /** @description the last events of its type, the newest first; of a gift streak its end, unless it asks for `payload.streakState` */
            items: components["schemas"]["RuleTrial"][];
        };
        RuleVersion: {
            version: number;
            draft: components["schemas"]["RuleDraft"];
            /** Format: date-time */
            madeAt: string;
            madeBy: string;
        };
        RuleVersionPage: {
            items: components["schemas"]["RuleVersion"][];
            /** @description give it back as `after` for the next page; null at the end */
            next: string | null;
        };
        RuleWebhookSecret: {
            /** Format: uuid */
            channelId: string;
            /** @description for the verifiers of Standard Webhooks; shown this once */
            secret: string;
        };
        /** @description One thing that happened in a TikTok LIVE room. */
        ServedEvent: components["schemas"]["ChatEvent"] | components["schemas"]["GiftEvent"] | components["schemas"]["LikeEvent"] | components["schemas"]["JoinEvent"] | components["schemas"]["FollowEvent"] | components["schemas"]["ShareEvent"] | components["schemas"]["SubscribeEvent"] | components["schemas"]["EmoteEvent"] | components["schemas"]["BattleEvent"] | components["schemas"]["RoomUserEvent"] | components["schemas"]["StreamEndEvent"] | components["schemas"]["ConnectedEvent"] | components["schemas"]["DisconnectedEvent"] | components["schemas"]["ErrorEvent"] | components["schemas"]["RawEvent"];
        SessionGap: {
            /** @description ISO 8601 */
            from?: string;
            /** @description ISO 8601 */
            to?: string;
            why?: string;
            seqNoBefore?: number;
            seqNoAfter?: number;
            /** @description how many messages, where that is known */
            count?: number;
        };
        SessionItem: {
            /** Format: uuid */
            sessionId: string;
            streamId: string;
            /** @description the streamer's @handle, once known */
            uniqueId: string | null;
            /** @enum {unknown} */
            source: "live" | "replay";
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            simulated: boolean;
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            endedAt: string | null;
            /** @description stored, or sent by a replay so far */
            events: number;
            /** @description coins of the gifts in it; of a streak that began in a session before, what it grew by */
            diamonds: number;
            /** @description TikTok's own: the most that watched */
            peakViewers: number | null;
            /** @description TikTok's own: all likes of the broadcast by its end */
            likes: number | null;
            /** @description the sum of the likes that reached us */
            observedLikes: number;
            /** @description of a replay only: the session it replays; null: a whole broadcast */
            replayOf?: string | null;
        };
        SessionLedger: {
            /** Format: uuid */
            sessionId: string;
            /** @description messages taken from the socket, as of the last publish; of a replay, from Postgres */
            received: number | null;
            /** @description what the room's actor added of its own: CONNECTED, DISCONNECTED, ERROR, GAP, STREAK_CLOSED */
            facts: number | null;
            /** @description received, and not published yet */
            waiting: number | null;
            /** @description recognised by ingest as seen before */
            duplicates: number | null;
            /** @description put on ttlc:raw */
            published: number | null;
            /** @description put on ttlc:events */
            normalised: number | null;
            stored: number;
            /** @description of a replay only: came back to storage, where its events are stored already */
            returned?: number;
            /** @description recognised by storage as stored before */
            storedBefore: number;
            /** @description of any stage, as far as their letters tell the session */
            deadLettered: components["schemas"]["DeadLetterCount"][];
            /** @description of these, sent back to where they had failed; each time counts */
            redriven: number | null;
            /** @description messages that ingest gave up, by reason */
            dropped: {
                [key: string]: number;
            };
            /** @description in the order of the room */
            gaps: components["schemas"]["SessionGap"][];
            /** @description at most these may be on their way still: their group has not read or acknowledged everything */
            inFlight: components["schemas"]["LedgerDifference"][];
            balance: {
                /** @description nothing is missing or too much; null: the counters are not known */
                ok: boolean | null;
                unexplained: components["schemas"]["LedgerDifference"][];
            };
        };
        SessionPage: {
            items: components["schemas"]["SessionItem"][];
            /** @description give it back as `after` for the next page; null at the end */
            next: string | null;
        };
        ShareEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "SHARE";
            /** @constant */
            schemaVersion: "unified.v1";
            /** @description sha256 of streamId:seqNo:rawType */
            eventId: string;
            subType?: string;
            /** @description TikTok's own type */
            rawType: string;
            /** @description TikTok room id */
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** @enum {unknown} */
            source: "live" | "replay";
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            /** @description order within the room */
            seqNo: number;
            /** @description TikTok's id of the message */
            msgId?: string;
            isHistory: boolean;
            /**
             * Format: date-time
             * @description when it happened
             */
            timestamp: string;
            /** Format: date-time */
            ingestedAt: string;
            /** @description who did it, as far as this message says */
            user: null | components["schemas"]["User"];
            payload: {
                target?: string;
                shareCount?: number;
            };
            /**
             * @description personal parts were erased: `user` is null, personal fields are gone
             * @constant
             */
            erased?: true;
            /**
             * @description the same, for who may not see people
             * @constant
             */
            masked?: true;
            inherited?: components["schemas"]["Roles"];
        };
        SourceScore: {
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            isConnected: boolean;
            /** @description messages that it brought */
            messages: number;
            /** @description of those, what another one that was connected too did not bring within half a minute; null: there is no other */
            onlyHere: number | null;
            /** @description from TikTok's own time of a message to our receipt, of a sample; null: not known yet */
            medianDelayMs: number | null;
            /** @description failed attempts, connections that soon ended, and what went wrong on those that stood */
            errors: number;
            /** @description code of the last of them */
            lastError?: string;
        };
        StreamDetail: {
            streamId: string;
            /** @description the streamer's @handle, once known */
            uniqueId: string | null;
            title: string | null;
            simulated: boolean;
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            endedAt: string | null;
            /** Format: date-time */
            lastEventAt: string;
            events: number;
            /** @description TikTok's own: who watches, as told last */
            viewers: number | null;
            /** @description TikTok's own: the most that watched */
            peakViewers: number | null;
            /** @description TikTok's own: who ever came */
            totalViewers: number | null;
            /** @description TikTok's own: all likes */
            likes: number | null;
            /** @description the sum of the likes that reached us */
            observedLikes: number;
            /** @description coins of all gifts that reached us, each streak once at its highest */
            diamonds: number;
            /** @description its live actor, when there is one */
            room: components["schemas"]["RoomStatus"] | null;
            /** @description the highest first */
            topGifters: components["schemas"]["TopGifter"][];
        };
        StreamEndEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "STREAM_END";
            /** @constant */
            schemaVersion: "unified.v1";
            /** @description sha256 of streamId:seqNo:rawType */
            eventId: string;
            subType?: string;
            /** @description TikTok's own type */
            rawType: string;
            /** @description TikTok room id */
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** @enum {unknown} */
            source: "live" | "replay";
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            /** @description order within the room */
            seqNo: number;
            /** @description TikTok's id of the message */
            msgId?: string;
            isHistory: boolean;
            /**
             * Format: date-time
             * @description when it happened
             */
            timestamp: string;
            /** Format: date-time */
            ingestedAt: string;
            /** @description who did it, as far as this message says */
            user: null | components["schemas"]["User"];
            payload: {
                action: number;
                reason?: string;
            };
            /**
             * @description personal parts were erased: `user` is null, personal fields are gone
             * @constant
             */
            erased?: true;
            /**
             * @description the same, for who may not see people
             * @constant
             */
            masked?: true;
            inherited?: components["schemas"]["Roles"];
        };
        StreamItem: {
            streamId: string;
            /** @description the streamer's @handle, once known */
            uniqueId: string | null;
            title: string | null;
            simulated: boolean;
            /** Format: date-time */
            startedAt: string;
            /** Format: date-time */
            endedAt: string | null;
            /** Format: date-time */
            lastEventAt: string;
            events: number;
            /** @description TikTok's own: who watches, as told last */
            viewers: number | null;
            /** @description TikTok's own: the most that watched */
            peakViewers: number | null;
            /** @description TikTok's own: who ever came */
            totalViewers: number | null;
            /** @description TikTok's own: all likes */
            likes: number | null;
            /** @description the sum of the likes that reached us */
            observedLikes: number;
            /** @description coins of all gifts that reached us, each streak once at its highest */
            diamonds: number;
            /** @description its live actor, when there is one */
            room: components["schemas"]["RoomStatus"] | null;
        };
        StreamPage: {
            items: components["schemas"]["StreamItem"][];
            /** @description give it back as `after` for the next page; null at the end */
            next: string | null;
        };
        SubscribeEvent: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            eventType: "SUBSCRIBE";
            /** @constant */
            schemaVersion: "unified.v1";
            /** @description sha256 of streamId:seqNo:rawType */
            eventId: string;
            subType?: string;
            /** @description TikTok's own type */
            rawType: string;
            /** @description TikTok room id */
            streamId: string;
            /** Format: uuid */
            sessionId: string;
            /** @enum {unknown} */
            source: "live" | "replay";
            /** @enum {unknown} */
            provider: "direct" | "euler" | "simulator";
            /** @description order within the room */
            seqNo: number;
            /** @description TikTok's id of the message */
            msgId?: string;
            isHistory: boolean;
            /**
             * Format: date-time
             * @description when it happened
             */
            timestamp: string;
            /** Format: date-time */
            ingestedAt: string;
            /** @description who did it, as far as this message says */
            user: null | components["schemas"]["User"];
            payload: {
                months?: number;
            };
            /**
             * @description personal parts were erased: `user` is null, personal fields are gone
             * @constant
             */
            erased?: true;
            /**
             * @description the same, for who may not see people
             * @constant
             */
            masked?: true;
            inherited?: components["schemas"]["Roles"];
        };
        Ticket: {
            ticket: string;
            /** Format: date-time */
            expiresAt: string;
        };
        TopGifter: {
            userId: string;
            uniqueId: string;
            displayName: string;
            coins: number;
        };
        User: {
            /** @description stable; what a person is keyed by */
            userId: string;
            /** @description the @handle; may change */
            uniqueId: string;
            displayName: string;
            /** @description signed and short-lived */
            avatarUrl?: string;
            isModerator: boolean;
            isSubscriber: boolean;
            isFollower: boolean;
            /** @description 0 none, 1 follows, 2 mutual */
            followRole?: number;
            gifterLevel?: number;
            teamMemberLevel?: number;
            topGifterRank?: number;
        };
        UserInChannel: {
            /**
             * Format: uuid
             * @description null: of broadcasts whose channel is not known
             */
            channelId: string | null;
            /** @description the streamer's @handle */
            uniqueId: string | null;
            simulated: boolean;
            /**
             * Format: date-time
             * @description of their first event, history that TikTok sent included
             */
            firstSeenAt: string;
            /** Format: date-time */
            lastSeenAt: string;
            /** @description broadcasts they did something in */
            streams: number;
            events: number;
            chats: number;
            likes: number;
            /** @description single gifts, a streak counting as many as it came to */
            gifts: number;
            /** @description of all gifts, each streak once at its highest */
            coins: number;
            roles?: components["schemas"]["UserRoles"];
        };
        UserItem: {
            /** @description TikTok's, which stays */
            userId: string;
            /** @description the @handle, which may change; null: no message told it, or masked */
            uniqueId: string | null;
            /** @description null: masked */
            displayName: string | null;
            /** @description signed by TikTok and short-lived */
            avatarUrl: string | null;
            /**
             * Format: date-time
             * @description of their first event, history that TikTok sent included
             */
            firstSeenAt: string;
            /** Format: date-time */
            lastSeenAt: string;
        };
        UserPage: {
            items: components["schemas"]["UserItem"][];
            /** @description what does not fit is left out: ask more precisely */
            next: null;
        };
        UserProfile: {
            /** @description TikTok's, which stays */
            userId: string;
            /** @description the @handle, which may change; null: no message told it, or masked */
            uniqueId: string | null;
            /** @description null: masked */
            displayName: string | null;
            /** @description signed by TikTok and short-lived */
            avatarUrl: string | null;
            /**
             * Format: date-time
             * @description of their first event, history that TikTok sent included
             */
            firstSeenAt: string;
            /** Format: date-time */
            lastSeenAt: string;
            totals: components["schemas"]["UserTotals"];
            /** @description the caller's in which they were seen, the latest first; a hundred at most */
            channels: components["schemas"]["UserInChannel"][];
            /**
             * @description the caller may not see people: no names, no roles
             * @constant
             */
            masked?: true;
        };
        /** @description what they are to this streamer, as their messages told last; of a masked answer absent */
        UserRoles: {
            isModerator?: boolean;
            isSubscriber?: boolean;
            isFollower?: boolean;
            /** @description 0 none, 1 follows, 2 mutual */
            followRole?: number;
            gifterLevel?: number;
            teamMemberLevel?: number;
            topGifterRank?: number;
        };
        /** @description over these channels; those of the simulator are left out, unless only such were asked for */
        UserTotals: {
            /** @description broadcasts they did something in */
            streams: number;
            events: number;
            chats: number;
            likes: number;
            /** @description single gifts, a streak counting as many as it came to */
            gifts: number;
            /** @description of all gifts, each streak once at its highest */
            coins: number;
        };
        WebhookAction: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "webhook";
            /** @description who may not change rules sees where it goes: `https://example.org/…` */
            url: string;
            template?: string;
        };
    };
    responses: {
        /** @description A field cannot be used: `details` says which. */
        "Error-400": {
            headers: {
                "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description Nobody is known by these credentials. */
        "Error-401": {
            headers: {
                "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description These credentials do not have the right to do that. */
        "Error-403": {
            headers: {
                "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description There is no such thing within your reach. */
        "Error-404": {
            headers: {
                "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The first request of this Idempotency-Key is under way, or its answer was not kept. */
        "Error-409": {
            headers: {
                "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description It is at another version: read it again. */
        "Error-412": {
            headers: {
                "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The body is too large. */
        "Error-413": {
            headers: {
                "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The body is not JSON. */
        "Error-415": {
            headers: {
                "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description This Idempotency-Key was used for other content. */
        "Error-422": {
            headers: {
                "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description If-Match is missing. */
        "Error-428": {
            headers: {
                "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description Too many requests: wait for Retry-After. */
        "Error-429": {
            headers: {
                "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description Anything else: one shape for all errors. */
        "Error-default": {
            headers: {
                "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
    };
    parameters: {
        /** @description An id of your own for this request. */
        "X-Correlation-Id": string;
        /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
        "Idempotency-Key": string;
        /** @description A position: the feed goes on behind it. EventSource sends it by itself when it comes back. */
        "Last-Event-ID": string;
        /** @description The ETag of what you read: it is changed only if nobody was faster. */
        "If-Match": string;
        /** @description The ETag of the answer that you have: 304 while it is the newest. */
        "If-None-Match": string;
    };
    requestBodies: never;
    headers: {
        /** @description The request's id: as it was given, else a new one. It stands in our log and on what the request causes. */
        "X-Correlation-Id": string;
        /** @description What the caller's bucket holds, where requests are counted. */
        "RateLimit-Limit": number;
        /** @description What is left in it. */
        "RateLimit-Remaining": number;
        /** @description Seconds until it is full again. */
        "RateLimit-Reset": number;
        /** @description Which bucket it is, and how it fills. */
        "RateLimit-Policy": string;
        /** @description Seconds until it is worth while to ask again. */
        "Retry-After": number;
        /** @description Names this version of the answer. */
        ETag: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getLiveness: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Liveness"];
                };
            };
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getMeta: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Meta"];
                };
            };
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getDrift: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DriftReport"];
                };
            };
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    logIn: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "key": "ttlc_an-example-that-is-no-key"
                 *     }
                 */
                "application/json": {
                    code?: string;
                    key?: string;
                };
            };
        };
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            400: components["responses"]["Error-400"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            401: components["responses"]["Error-401"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    logOut: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Error-401"];
            409: components["responses"]["Error-409"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    createTicket: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            401: components["responses"]["Error-401"];
            409: components["responses"]["Error-409"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listChannels: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getChannel: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelItem"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listStreams: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreamPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    connectRoom: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "uniqueId": "some_streamer"
                 *     }
                 */
                "application/json": {
                    uniqueId: string;
                    /** @enum {unknown} */
                    provider?: "direct" | "euler" | "simulator";
                };
            };
        };
        responses: {
            /** @description Taken: this is where it stands. */
            202: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoomStatus"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getStream: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StreamDetail"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    disconnectRoom: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoomStatus"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listStreamEvents: {
        parameters: {
            query?: {
                /** @description Event types, comma separated. */
                types?: string;
                /** @description TikTok's id of who did it. */
                userId?: string;
                /** @description Gifts of so many coins or more, and nothing else. */
                minCoins?: number;
                /** @description A word in a name, a handle, a chat message or a gift's name. */
                q?: string;
                /** @description Of `timestamp`, inclusive. */
                from?: string;
                /** @description Of `timestamp`, exclusive. */
                to?: string;
                /** @description A position or an instant: what was stored up to then. */
                asOf?: string;
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    followStream: {
        parameters: {
            query?: {
                /** @description What happens now (the default), what a replay tells again, or both. */
                source?: "live" | "replay" | "all";
                /** @description One session, live or replayed. */
                sessionId?: string;
                /** @description Event types, comma separated. */
                types?: string;
                /** @description TikTok's id of who did it. */
                userId?: string;
                /** @description Gifts of so many coins or more, and nothing else. */
                minCoins?: number;
                /** @description A word in a name, a handle, a chat message or a gift's name. */
                q?: string;
                /** @description A position: the feed begins after it. */
                after?: string;
                /** @description Begins so many events ago, unless `after` is given. */
                recent?: number;
                /** @description From POST /auth/ticket, where no header can be sent. */
                ticket?: string;
            };
            header?: {
                /** @description A position: the feed goes on behind it. EventSource sends it by itself when it comes back. */
                "Last-Event-ID"?: components["parameters"]["Last-Event-ID"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listSessions: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
                /** @description of one channel */
                channelId?: string;
                /** @description of one broadcast */
                streamId?: string;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionItem"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listSessionEvents: {
        parameters: {
            query?: {
                /** @description Event types, comma separated. */
                types?: string;
                /** @description TikTok's id of who did it. */
                userId?: string;
                /** @description Gifts of so many coins or more, and nothing else. */
                minCoins?: number;
                /** @description A word in a name, a handle, a chat message or a gift's name. */
                q?: string;
                /** @description Of `timestamp`, inclusive. */
                from?: string;
                /** @description Of `timestamp`, exclusive. */
                to?: string;
                /** @description A position or an instant: what was stored up to then. */
                asOf?: string;
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getLedger: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionLedger"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    findUsers: {
        parameters: {
            query: {
                /**
                 * @description the beginning of a handle
                 * @example viewer
                 */
                q: string;
                /** @description People at most. */
                limit?: number;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getUser: {
        parameters: {
            query?: {
                /** @description only this channel */
                channelId?: string;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                /** @description TikTok's id of who did it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserProfile"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listUserEvents: {
        parameters: {
            query?: {
                /** @description Event types, comma separated. */
                types?: string;
                /** @description Gifts of so many coins or more, and nothing else. */
                minCoins?: number;
                /** @description A word in a name, a handle, a chat message or a gift's name. */
                q?: string;
                /** @description Of `timestamp`, inclusive. */
                from?: string;
                /** @description Of `timestamp`, exclusive. */
                to?: string;
                /** @description A position or an instant: what was stored up to then. */
                asOf?: string;
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
                /** @description only this channel */
                channelId?: string;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                /** @description TikTok's id of who did it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listNotes: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
                /** @description only this channel */
                channelId?: string;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                /** @description TikTok's id of who did it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotePage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    addNote: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                /** @description TikTok's id of who did it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "text": "Was warned: asked for phone numbers."
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: uuid
                     * @description whose note it is; needed when several of your channels saw the person
                     */
                    channelId?: string;
                    text: string;
                    /** Format: uuid */
                    sessionId?: string;
                    eventId?: string;
                };
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Note"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    removeNote: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                /** @description TikTok's id of who did it. */
                id: string;
                noteId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    timeOutPerson: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "userId": "7000000000000000001",
                 *       "seconds": 60,
                 *       "reason": "asked for phone numbers"
                 *     }
                 */
                "application/json": {
                    /** @description The broadcast. */
                    streamId: string;
                    /** @description TikTok's id of the person; your channel must have seen them. */
                    userId: string;
                    /** @description Why: for those who read it later. */
                    reason: string;
                    /** @description The event that it is because of: evidence. */
                    eventId?: string;
                    /**
                     * @description As long as TikTok's timeouts last.
                     * @enum {integer}
                     */
                    seconds: 5 | 30 | 60 | 300;
                };
            };
        };
        responses: {
            /** @description Taken: this is where it stands. */
            202: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleActionItem"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    banPerson: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "userId": "7000000000000000001",
                 *       "reason": "threatened somebody"
                 *     }
                 */
                "application/json": {
                    /** @description The broadcast. */
                    streamId: string;
                    /** @description TikTok's id of the person; your channel must have seen them. */
                    userId: string;
                    /** @description Why: for those who read it later. */
                    reason: string;
                    /** @description The event that it is because of: evidence. */
                    eventId?: string;
                };
            };
        };
        responses: {
            /** @description Taken: this is where it stands. */
            202: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleActionItem"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    undoAction: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "reason": "it was somebody else"
                 *     }
                 */
                "application/json": {
                    actionId: string;
                    /** @description Why: for those who read it later. */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Taken: this is where it stands. */
            202: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleActionItem"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getModerationCapabilities: {
        parameters: {
            query: {
                /** @description The broadcast. */
                streamId: string;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModerationCapabilities"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listOpenActions: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenActionPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    resolveAction: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "outcome": "dismissed"
                 *     }
                 */
                "application/json": {
                    actionId?: string;
                    /**
                     * Format: uuid
                     * @description All that waits of this rule; only `dismissed`.
                     */
                    ruleId?: string;
                    /** @enum {unknown} */
                    outcome: "done_by_hand" | "dismissed";
                } & (unknown | unknown);
            };
        };
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleActionItem"] | components["schemas"]["ResolvedActions"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getSessionAnalytics: {
        parameters: {
            query?: {
                /** @description inclusive */
                from?: string;
                /** @description exclusive */
                to?: string;
                /** @description of each list */
                limit?: number;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Analytics"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getStreamAnalytics: {
        parameters: {
            query?: {
                /** @description inclusive */
                from?: string;
                /** @description exclusive */
                to?: string;
                /** @description of each list */
                limit?: number;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Analytics"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getChannelAnalytics: {
        parameters: {
            query?: {
                /** @description inclusive */
                from?: string;
                /** @description exclusive */
                to?: string;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelAnalytics"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    exportSession: {
        parameters: {
            query?: {
                /** @description Event types, comma separated. */
                types?: string;
                /** @description TikTok's id of who did it. */
                userId?: string;
                /** @description Gifts of so many coins or more, and nothing else. */
                minCoins?: number;
                /** @description A word in a name, a handle, a chat message or a gift's name. */
                q?: string;
                /** @description Of `timestamp`, inclusive. */
                from?: string;
                /** @description Of `timestamp`, exclusive. */
                to?: string;
                /** @description A position or an instant: what was stored up to then. */
                asOf?: string;
                /** @description ndjson: an event as JSON on each line; csv: a table. */
                format?: "ndjson" | "csv";
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    exportStream: {
        parameters: {
            query?: {
                /** @description Event types, comma separated. */
                types?: string;
                /** @description TikTok's id of who did it. */
                userId?: string;
                /** @description Gifts of so many coins or more, and nothing else. */
                minCoins?: number;
                /** @description A word in a name, a handle, a chat message or a gift's name. */
                q?: string;
                /** @description Of `timestamp`, inclusive. */
                from?: string;
                /** @description Of `timestamp`, exclusive. */
                to?: string;
                /** @description A position or an instant: what was stored up to then. */
                asOf?: string;
                /** @description ndjson: an event as JSON on each line; csv: a table. */
                format?: "ndjson" | "csv";
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "*/*": string;
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listJobs: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    stopJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    changeJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "speed": 5
                 *     }
                 */
                "application/json": {
                    /** @description times the original speed; max: as fast as it is handled */
                    speed: "max" | number;
                };
            };
        };
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    pauseJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    resumeJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listLetters: {
        parameters: {
            query?: {
                /**
                 * @description the service that gave up
                 * @example normalizer
                 */
                stage?: string;
                /** @description why it gave up */
                reason?: "PARSE_ERROR" | "SCHEMA_ERROR" | "TRIMMED" | "STORE_REJECTED" | "HANDLER_FAILED" | "DELIVERY_FAILED";
                /** @description what became of the letter */
                state?: "new" | "redriving" | "redriven" | "failed" | "discarded";
                /** @description of one stage, reason and error: see group=cause */
                cause?: string;
                /** @description refused by this destination */
                destination?: string;
                /** @description failed at this time or later */
                from?: string;
                /** @description failed before this time */
                to?: string;
                /** @description of this broadcast */
                streamId?: string;
                /** @description of this session */
                sessionId?: string;
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
                /**
                 * @description Causes instead of letters.
                 * @example cause
                 */
                group?: "cause";
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LetterPage"] | components["schemas"]["LetterCausePage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listLetterJobs: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LetterJobPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getLetterJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LetterJob"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    cancelLetterJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LetterJob"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    redriveLetters: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "filter": {
                 *         "stage": "normalizer"
                 *       },
                 *       "preview": true
                 *     }
                 */
                "application/json": {
                    ids?: string[];
                    filter?: {
                        /** @description the service that gave up */
                        stage?: string;
                        /**
                         * @description why it gave up
                         * @enum {unknown}
                         */
                        reason?: "PARSE_ERROR" | "SCHEMA_ERROR" | "TRIMMED" | "STORE_REJECTED" | "HANDLER_FAILED" | "DELIVERY_FAILED";
                        /**
                         * @description what became of the letter
                         * @enum {unknown}
                         */
                        state?: "new" | "redriving" | "redriven" | "failed" | "discarded";
                        /** @description of one stage, reason and error: see group=cause */
                        cause?: string;
                        /**
                         * Format: uuid
                         * @description refused by this destination
                         */
                        destination?: string;
                        /**
                         * Format: date-time
                         * @description failed at this time or later
                         */
                        from?: string;
                        /**
                         * Format: date-time
                         * @description failed before this time
                         */
                        to?: string;
                        /** @description of this broadcast */
                        streamId?: string;
                        /**
                         * Format: uuid
                         * @description of this session
                         */
                        sessionId?: string;
                    };
                    /** @default false */
                    preview?: boolean;
                    /** @default 500 */
                    rate?: number;
                } & (unknown | unknown);
            };
        };
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LetterCount"];
                };
            };
            /** @description Taken: this is where it stands. */
            202: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LetterJob"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    discardLetters: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "filter": {
                 *         "reason": "TRIMMED"
                 *       },
                 *       "reason": "nothing is left of them",
                 *       "preview": true
                 *     }
                 */
                "application/json": {
                    ids?: string[];
                    filter?: {
                        /** @description the service that gave up */
                        stage?: string;
                        /**
                         * @description why it gave up
                         * @enum {unknown}
                         */
                        reason?: "PARSE_ERROR" | "SCHEMA_ERROR" | "TRIMMED" | "STORE_REJECTED" | "HANDLER_FAILED" | "DELIVERY_FAILED";
                        /**
                         * @description what became of the letter
                         * @enum {unknown}
                         */
                        state?: "new" | "redriving" | "redriven" | "failed" | "discarded";
                        /** @description of one stage, reason and error: see group=cause */
                        cause?: string;
                        /**
                         * Format: uuid
                         * @description refused by this destination
                         */
                        destination?: string;
                        /**
                         * Format: date-time
                         * @description failed at this time or later
                         */
                        from?: string;
                        /**
                         * Format: date-time
                         * @description failed before this time
                         */
                        to?: string;
                        /** @description of this broadcast */
                        streamId?: string;
                        /**
                         * Format: uuid
                         * @description of this session
                         */
                        sessionId?: string;
                    };
                    /** @default false */
                    preview?: boolean;
                    reason: string;
                } & (unknown | unknown);
            };
        };
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LetterCount"];
                };
            };
            /** @description Taken: this is where it stands. */
            202: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LetterJob"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getLetter: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LetterDetail"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listDestinations: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DestinationPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    createDestination: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "my bot",
                 *       "url": "https://93.184.216.34/ttlc",
                 *       "envelope": "unified",
                 *       "enabled": false
                 *     }
                 */
                "application/json": {
                    /** Format: uuid */
                    channelId?: string;
                    name: string;
                    /** @description public, https; see EGRESS_ALLOW */
                    url: string;
                    /** @enum {unknown} */
                    envelope?: "unified" | "cloudevents" | "euler";
                    eventFilter?: components["schemas"]["EventFilter"];
                    enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewDestination"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getDestination: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Destination"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    deleteDestination: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    changeDestination: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "eventFilter": {
                 *         "types": [
                 *           "GIFT"
                 *         ],
                 *         "minCoins": 100
                 *       }
                 *     }
                 */
                "application/json": {
                    name?: string;
                    /** @description public, https; see EGRESS_ALLOW */
                    url?: string;
                    /** @enum {unknown} */
                    envelope?: "unified" | "cloudevents" | "euler";
                    eventFilter?: components["schemas"]["EventFilter"];
                    enabled?: boolean;
                };
            };
        };
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Destination"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    testDestination: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DestinationTest"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    rotateDestinationSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "overlapHours": 48
                 *     }
                 */
                "application/json": {
                    /** @default 24 */
                    overlapHours?: number;
                };
            };
        };
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewDestination"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    enableDestination: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "from": "now"
                 *     }
                 */
                "application/json": {
                    /**
                     * @default where_it_stopped
                     * @enum {unknown}
                     */
                    from?: "where_it_stopped" | "now";
                };
            };
        };
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Destination"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description Items of a page. */
                limit?: number;
                /** @description `next` of the page before. */
                after?: string;
                /** @description What became of them. */
                state?: "sending" | "queued" | "delivered" | "refused" | "empty";
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    replayStream: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "speed": 5
                 *     }
                 */
                "application/json": {
                    /**
                     * @description times the original speed; max: as fast as it is handled
                     * @default max
                     */
                    speed?: "max" | number;
                };
            };
        };
        responses: {
            /** @description Taken: this is where it stands. */
            202: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayStatus"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getReplay: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayStatus"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    replaySession: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "speed": 5
                 *     }
                 */
                "application/json": {
                    /**
                     * @description times the original speed; max: as fast as it is handled
                     * @default max
                     */
                    speed?: "max" | number;
                };
            };
        };
        responses: {
            /** @description Taken: this is where it stands. */
            202: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayStatus"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    cancelReplay: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayStatus"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listRules: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RulePage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    createRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Thank for a lion",
                 *       "eventType": "GIFT",
                 *       "condition": {
                 *         ">=": [
                 *           {
                 *             "var": "payload.coins"
                 *           },
                 *           1000
                 *         ]
                 *       },
                 *       "action": {
                 *         "type": "log",
                 *         "template": "{username} sent {giftName}"
                 *       }
                 *     }
                 */
                "application/json": {
                    name: string;
                    /** @default true */
                    enabled?: boolean;
                    /** @enum {unknown} */
                    eventType: "CHAT" | "GIFT" | "LIKE" | "JOIN" | "FOLLOW" | "SHARE" | "SUBSCRIBE" | "EMOTE" | "BATTLE" | "ROOM_USER" | "STREAM_END" | "CONNECTED" | "DISCONNECTED" | "ERROR" | "RAW";
                    condition?: unknown;
                    /** @default false */
                    matchAll?: boolean;
                    action: components["schemas"]["RuleAction"];
                    /**
                     * @description seconds after it fired in which it does not
                     * @default 0
                     */
                    cooldown?: number;
                    /**
                     * @description the same, for one person
                     * @default 0
                     */
                    perUserCooldown?: number;
                    /** @default {} */
                    limits?: {
                        perMinute?: number;
                    };
                    /**
                     * @description dry_run: decides and says so, but does nothing. shadow: the same, beside the version that is live
                     * @default live
                     * @enum {unknown}
                     */
                    mode?: "live" | "dry_run" | "shadow";
                    /** Format: uuid */
                    channelId: string;
                };
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rule"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    rotateRuleWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "overlapHours": 48
                 *     }
                 */
                "application/json": {
                    /** Format: uuid */
                    channelId: string;
                    /** @default 24 */
                    overlapHours?: number;
                };
            };
        };
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleWebhookSecret"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    testRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "draft": {
                 *         "name": "Thank for a lion",
                 *         "eventType": "GIFT",
                 *         "condition": {
                 *           ">=": [
                 *             {
                 *               "var": "payload.coins"
                 *             },
                 *             1000
                 *           ]
                 *         },
                 *         "action": {
                 *           "type": "log",
                 *           "template": "{username} sent {giftName}"
                 *         }
                 *       },
                 *       "event": {
                 *         "schemaVersion": "unified.v1",
                 *         "eventId": "0000000000000000000000000000000000000000000000000000000000000000",
                 *         "eventType": "FOLLOW",
                 *         "rawType": "WebcastSocialMessage",
                 *         "streamId": "7300000000000000001",
                 *         "sessionId": "00000000-0000-4000-8000-000000000001",
                 *         "source": "live",
                 *         "provider": "direct",
                 *         "seqNo": 1,
                 *         "isHistory": false,
                 *         "timestamp": "2026-03-01T12:00:00.000Z",
                 *         "ingestedAt": "2026-03-01T12:00:00.100Z",
                 *         "user": null,
                 *         "payload": {}
                 *       }
                 *     }
                 */
                "application/json": {
                    draft?: components["schemas"]["NewRule"];
                    /** Format: uuid */
                    ruleId?: string;
                    event?: components["schemas"]["ServedEvent"];
                    eventId?: string;
                    /** Format: uuid */
                    sessionId?: string;
                    streamId?: string;
                    /** @description Of a session or a broadcast: so many of its last events of the rule's type; 200 without it. */
                    last?: number;
                } & ((unknown | unknown) & (unknown | unknown | unknown | unknown));
            };
        };
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleTest"] | components["schemas"]["RuleTrials"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    explainEvent: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventExplanation"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    backtestRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "draft": {
                 *         "name": "Thank for a lion",
                 *         "eventType": "GIFT",
                 *         "condition": {
                 *           ">=": [
                 *             {
                 *               "var": "payload.coins"
                 *             },
                 *             1000
                 *           ]
                 *         },
                 *         "action": {
                 *           "type": "log",
                 *           "template": "{username} sent {giftName}"
                 *         }
                 *       },
                 *       "sessionId": "00000000-0000-4000-8000-000000000001"
                 *     }
                 */
                "application/json": {
                    draft: components["schemas"]["NewRule"];
                    /** Format: uuid */
                    sessionId?: string;
                    sessionIds?: string[];
                } & (unknown | unknown);
            };
        };
        responses: {
            /** @description Taken: this is where it stands. */
            202: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleBacktest"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    backtestSavedRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "sessionId": "00000000-0000-4000-8000-000000000001"
                 *     }
                 */
                "application/json": {
                    version?: number;
                    /** Format: uuid */
                    sessionId?: string;
                    sessionIds?: string[];
                } & (unknown | unknown);
            };
        };
        responses: {
            /** @description Taken: this is where it stands. */
            202: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleBacktest"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getBacktest: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleBacktest"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    cancelBacktest: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleBacktest"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rule"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    updateRule: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of what you read: it is changed only if nobody was faster. */
                "If-Match": components["parameters"]["If-Match"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Thank for a lion",
                 *       "eventType": "GIFT",
                 *       "condition": {
                 *         ">=": [
                 *           {
                 *             "var": "payload.coins"
                 *           },
                 *           1000
                 *         ]
                 *       },
                 *       "action": {
                 *         "type": "log",
                 *         "template": "{username} sent {giftName}"
                 *       }
                 *     }
                 */
                "application/json": {
                    name: string;
                    /** @default true */
                    enabled?: boolean;
                    /** @enum {unknown} */
                    eventType: "CHAT" | "GIFT" | "LIKE" | "JOIN" | "FOLLOW" | "SHARE" | "SUBSCRIBE" | "EMOTE" | "BATTLE" | "ROOM_USER" | "STREAM_END" | "CONNECTED" | "DISCONNECTED" | "ERROR" | "RAW";
                    condition?: unknown;
                    /** @default false */
                    matchAll?: boolean;
                    action: components["schemas"]["RuleAction"];
                    /**
                     * @description seconds after it fired in which it does not
                     * @default 0
                     */
                    cooldown?: number;
                    /**
                     * @description the same, for one person
                     * @default 0
                     */
                    perUserCooldown?: number;
                    /** @default {} */
                    limits?: {
                        perMinute?: number;
                    };
                    /**
                     * @description dry_run: decides and says so, but does nothing. shadow: the same, beside the version that is live
                     * @default live
                     * @enum {unknown}
                     */
                    mode?: "live" | "dry_run" | "shadow";
                    /** @description As it was read; ignored. */
                    readonly ruleId?: unknown;
                    /** @description As it was read; ignored. */
                    readonly channelId?: unknown;
                    /** @description As it was read; ignored. */
                    readonly version?: unknown;
                    /** @description As it was read; ignored. */
                    readonly createdAt?: unknown;
                    /** @description As it was read; ignored. */
                    readonly updatedAt?: unknown;
                    /** @description As it was read; ignored. */
                    readonly fired24h?: unknown;
                    /** @description As it was read; ignored. */
                    readonly lastFiredAt?: unknown;
                    /** @description As it was read; ignored. */
                    readonly shadow?: unknown;
                };
            };
        };
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rule"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            412: components["responses"]["Error-412"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            428: components["responses"]["Error-428"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    deleteRule: {
        parameters: {
            query?: never;
            header: {
                /** @description The ETag of what you read: it is changed only if nobody was faster. */
                "If-Match": components["parameters"]["If-Match"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            412: components["responses"]["Error-412"];
            428: components["responses"]["Error-428"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listRuleVersions: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleVersionPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listActions: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
                /** @description What this rule decided. */
                ruleId?: string;
                /** @description What was decided about this event. */
                eventId?: string;
                /** @description What was decided about this person's doing, or done to them. */
                userId?: string;
                /** @description What is done. */
                type?: "log" | "announce" | "moderate" | "webhook";
                /** @description Whether a rule decided it or a person commanded it. */
                by?: "rule" | "person";
                /** @description false: without what a cooldown or a limit held back; true: only that. */
                held?: boolean;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleActionPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getAction: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleActionItem"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    shadowRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "draft": {
                 *         "name": "Thank for a lion",
                 *         "eventType": "GIFT",
                 *         "condition": {
                 *           ">=": [
                 *             {
                 *               "var": "payload.coins"
                 *             },
                 *             1000
                 *           ]
                 *         },
                 *         "action": {
                 *           "type": "log",
                 *           "template": "{username} sent {giftName}"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    draft: components["schemas"]["NewRule"];
                };
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rule"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    unshadowRule: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    compareRule: {
        parameters: {
            query?: {
                /** @description inclusive */
                from?: string;
                /** @description exclusive */
                to?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RuleDiff"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    promoteRule: {
        parameters: {
            query?: never;
            header: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description The ETag of what you read: it is changed only if nobody was faster. */
                "If-Match": components["parameters"]["If-Match"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "since": "2026-03-01T12:00:00.000Z"
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: date-time
                     * @description `shadow.since` of the rule that you read: another draft is not taken.
                     */
                    since: string;
                };
            };
        };
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rule"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            412: components["responses"]["Error-412"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            428: components["responses"]["Error-428"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listKeys: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    createKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Chat bot",
                 *       "role": "moderator",
                 *       "channelIds": [
                 *         "00000000-0000-4000-8000-00000000000c"
                 *       ]
                 *     }
                 */
                "application/json": {
                    name: string;
                    /** @enum {unknown} */
                    role: "admin" | "streamer" | "moderator" | "viewer" | "ops" | "developer";
                    /** @default [] */
                    channelIds?: string[];
                    /** Format: date-time */
                    expiresAt?: string;
                };
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    revokeKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    updateKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "Chat bot 2"
                 *     }
                 */
                "application/json": {
                    name?: string;
                    /** @enum {unknown} */
                    role?: "admin" | "streamer" | "moderator" | "viewer" | "ops" | "developer";
                    channelIds?: string[];
                    /** Format: date-time */
                    expiresAt?: string | null;
                };
            };
        };
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    rotateKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default 0 */
                    overlapSeconds?: number;
                };
            };
        };
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listTeam: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    addTeamMember: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Bea",
                 *       "role": "moderator",
                 *       "channelIds": [
                 *         "00000000-0000-4000-8000-00000000000c"
                 *       ]
                 *     }
                 */
                "application/json": {
                    name: string;
                    /** @enum {unknown} */
                    role: "streamer" | "moderator" | "viewer" | "ops" | "developer";
                    /** @default [] */
                    channelIds?: string[];
                    /** Format: date-time */
                    expiresAt?: string;
                };
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    removeTeamMember: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    updateTeamMember: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "Bea 2"
                 *     }
                 */
                "application/json": {
                    name?: string;
                    /** @enum {unknown} */
                    role?: "streamer" | "moderator" | "viewer" | "ops" | "developer";
                    channelIds?: string[];
                    /** Format: date-time */
                    expiresAt?: string | null;
                };
            };
        };
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Key"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    rotateTeamMember: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default 0 */
                    overlapSeconds?: number;
                };
            };
        };
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listOverlays: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    createOverlay: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Gift alerts",
                 *       "channelId": "00000000-0000-4000-8000-00000000000c",
                 *       "types": [
                 *         "GIFT",
                 *         "FOLLOW"
                 *       ]
                 *     }
                 */
                "application/json": {
                    name: string;
                    /** Format: uuid */
                    channelId: string;
                    types: ("CHAT" | "GIFT" | "LIKE" | "JOIN" | "FOLLOW" | "SHARE" | "SUBSCRIBE" | "EMOTE" | "BATTLE" | "ROOM_USER" | "STREAM_END" | "CONNECTED" | "DISCONNECTED" | "ERROR" | "RAW")[];
                    /** Format: date-time */
                    expiresAt?: string;
                };
            };
        };
        responses: {
            /** @description Made. */
            201: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    rotateOverlay: {
        parameters: {
            query?: never;
            header?: {
                /** @description Does what is asked once, however often it is sent under one key: the first answer is repeated. */
                "Idempotency-Key"?: components["parameters"]["Idempotency-Key"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @default 0 */
                    overlapSeconds?: number;
                };
            };
        };
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            409: components["responses"]["Error-409"];
            413: components["responses"]["Error-413"];
            415: components["responses"]["Error-415"];
            422: components["responses"]["Error-422"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    revokeOverlay: {
        parameters: {
            query?: never;
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            404: components["responses"]["Error-404"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Items of a page. */
                limit?: number;
                /** @description Who: the id of a key, or a name. */
                actor?: string;
                /** @description What: the operationId of a route. */
                action?: string;
                /** @description inclusive */
                from?: string;
                /** @description exclusive */
                to?: string;
            };
            header?: {
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            400: components["responses"]["Error-400"];
            401: components["responses"]["Error-401"];
            403: components["responses"]["Error-403"];
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the answer that you have: 304 while it is the newest. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description As you know it already. */
            304: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
    getAsyncApi: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag of the answer that you have: 304 while it is the newest. */
                "If-None-Match"?: components["parameters"]["If-None-Match"];
                /** @description An id of your own for this request. */
                "X-Correlation-Id"?: components["parameters"]["X-Correlation-Id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is so. */
            200: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "RateLimit-Policy": components["headers"]["RateLimit-Policy"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description As you know it already. */
            304: {
                headers: {
                    "X-Correlation-Id": components["headers"]["X-Correlation-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            429: components["responses"]["Error-429"];
            default: components["responses"]["Error-default"];
        };
    };
}
