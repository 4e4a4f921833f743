/** Generated from the OpenAPI document of the API by `npm run api-client`; a test holds it in step. */
export interface paths {
  '/healthz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The process lives */
    get: operations['getHealthz'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/readyz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Events can be stored */
    get: operations['getReadyz'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/downloads': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Download a file
     * @description The address is in the files of an on-demand export. It needs no key, and expires.
     */
    get: operations['getDownloads'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/methods': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How one can sign in */
    get: operations['getAuthMethods'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/login': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Sign in with a password
     * @description Sets the cookie sluice_session.
     */
    post: operations['postAuthLogin'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/session': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who is signed in */
    get: operations['getAuthSession'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/logout': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sign out */
    post: operations['postAuthLogout'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/invitations/{token}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read an invitation */
    get: operations['getAuthInvitationsByToken'];
    put?: never;
    /**
     * Accept an invitation
     * @description Signs in as POST /auth/login does.
     */
    post: operations['postAuthInvitationsByToken'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/password-resets': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Ask for a mail with which a new password is set
     * @description Answers the same whether there is such an account or not.
     */
    post: operations['postAuthPasswordResets'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/password-resets/{token}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whose password a link sets */
    get: operations['getAuthPasswordResetsByToken'];
    put?: never;
    /**
     * Set a new password by a link
     * @description The link is good once. All sessions of the user end.
     */
    post: operations['postAuthPasswordResetsByToken'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/password': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Change the own password
     * @description Of a session. All other sessions of the user end.
     */
    post: operations['postAuthPassword'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/oidc/start': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Sign in through OpenID */
    get: operations['getAuthOidcStart'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/oidc/callback': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Where the provider answers */
    get: operations['getAuthOidcCallback'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/members': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List members */
    get: operations['getMembers'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/members/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a member */
    get: operations['getMembersById'];
    put?: never;
    post?: never;
    /**
     * Remove a member
     * @description The keys that the member has made stay.
     */
    delete: operations['deleteMembersById'];
    options?: never;
    head?: never;
    /** Change the role of a member */
    patch: operations['patchMembersById'];
    trace?: never;
  };
  '/api/v1/members/{id}/password-reset': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Let a member set a new password
     * @description Sends a link to the member. Where no mail can be sent it is answered for you to pass on, unless the member is in another team, too, or signs in through OpenID.
     */
    post: operations['postMembersByIdPasswordReset'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/invitations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List invitations that wait to be accepted */
    get: operations['getInvitations'];
    put?: never;
    /**
     * Invite somebody to the team
     * @description Pass the link on: whoever has it can accept. An earlier invitation of the same address ends.
     */
    post: operations['postInvitations'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/invitations/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Take an invitation back */
    delete: operations['deleteInvitationsById'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/api-keys': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List API keys */
    get: operations['getApiKeys'];
    put?: never;
    /** Create an API key */
    post: operations['postApiKeys'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/api-keys/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read an API key */
    get: operations['getApiKeysById'];
    put?: never;
    post?: never;
    /** Revoke an API key */
    delete: operations['deleteApiKeysById'];
    options?: never;
    head?: never;
    /** Change an API key */
    patch: operations['patchApiKeysById'];
    trace?: never;
  };
  '/api/v1/audit-log': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List changes */
    get: operations['getAuditLog'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/erasures': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List erasures */
    get: operations['getErasures'];
    put?: never;
    /**
     * Erase a person
     * @description Events, bodies of attempts, records set aside, log lines and messages. It cannot be taken back.
     */
    post: operations['postErasures'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/erasures/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read an erasure */
    get: operations['getErasuresById'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/destination-kinds': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the kinds of destinations with their settings */
    get: operations['getDestinationKinds'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/destinations/check': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Check settings before a destination is created */
    post: operations['postDestinationsCheck'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/destinations/{id}/check': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Check the connection of a destination
     * @description With `config`: as it would be after that change. Without: exports that were paused because of the destination are resumed when every step passes.
     */
    post: operations['postDestinationsByIdCheck'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/destinations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List destinations
     * @description `q` is searched for in names and kinds.
     */
    get: operations['getDestinations'];
    put?: never;
    /** Create a destination */
    post: operations['postDestinations'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/destinations/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a destination */
    get: operations['getDestinationsById'];
    put?: never;
    post?: never;
    /**
     * Delete a destination
     * @description Refused while an export uses it, unless with_exports is true. What was exported stays. Answers what was ended. May be repeated: the same state follows, also after a failure half-way.
     */
    delete: operations['deleteDestinationsById'];
    options?: never;
    head?: never;
    /**
     * Change a destination
     * @description Fields of config that are left out stay as they are, secrets too; null removes one.
     */
    patch: operations['patchDestinationsById'];
    trace?: never;
  };
  '/api/v1/exports/{id}/deletion-plan': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Say what deleting an export does
     * @description What deleting it would end, and what would stay. Of a deleted one: how far that is.
     */
    get: operations['getExportsByIdDeletionPlan'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read an export */
    get: operations['getExportsById'];
    put?: never;
    post?: never;
    /**
     * Delete an export
     * @description Its schedule ends and its open runs are cancelled; its history and what it has exported stay. Answers what was ended. May be repeated: the same state follows, also after a failure half-way.
     */
    delete: operations['deleteExportsById'];
    options?: never;
    head?: never;
    /** Change an export */
    patch: operations['patchExportsById'];
    trace?: never;
  };
  '/api/v1/destinations/{id}/deletion-plan': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Say what deleting a destination does
     * @description What deleting it would end, and what would stay. Of a deleted one: how far that is.
     */
    get: operations['getDestinationsByIdDeletionPlan'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/{id}/deletion-plan': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Say what deleting a webhook does
     * @description What deleting it would end, and what would stay. Of a deleted one: how far that is.
     */
    get: operations['getWebhooksByIdDeletionPlan'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a webhook */
    get: operations['getWebhooksById'];
    put?: never;
    post?: never;
    /**
     * Delete a webhook
     * @description Nothing more is sent and waiting retries end. For 30 days it can be restored, with what it has not sent. Answers what was ended. May be repeated: the same state follows, also after a failure half-way.
     */
    delete: operations['deleteWebhooksById'];
    options?: never;
    head?: never;
    /**
     * Change a webhook
     * @description Takes effect within a second. Fields that are left out stay; null removes one.
     */
    patch: operations['patchWebhooksById'];
    trace?: never;
  };
  '/api/v1/webhooks/{id}/restore': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Restore a deleted webhook
     * @description It goes on where it was: settings, secrets, backlog and failed events. May be repeated.
     */
    post: operations['postWebhooksByIdRestore'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List exports
     * @description `q` is searched for in names of exports and of their destinations.
     */
    get: operations['getExports'];
    put?: never;
    /** Create an export */
    post: operations['postExports'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Pause an export */
    post: operations['postExportsByIdPause'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Resume an export */
    post: operations['postExportsByIdResume'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/dry-run': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Dry run of an export that is not stored
     * @description Looks at the last finished interval and at the destination, and writes nothing: rows as the destination would get them, what becomes of each column, what would be created or changed, and how much it would be.
     */
    post: operations['postExportsDryRun'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/dry-run': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Dry run of an export
     * @description Looks at the last finished interval and at the destination, and writes nothing: rows as the destination would get them, what becomes of each column, what would be created or changed, and how much it would be.
     */
    post: operations['postExportsByIdDryRun'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/runs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the runs of an export */
    get: operations['getExportsByIdRuns'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/run': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Export one interval now */
    post: operations['postExportsByIdRun'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/rerun': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Run the intervals of a range again
     * @description Those that have had a run and lie in the range as a whole, at most 100; a backfill takes more.
     */
    post: operations['postExportsByIdRerun'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/next-runs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The next intervals of an export */
    get: operations['getExportsByIdNextRuns'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/schedule-preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** The next intervals of a schedule that is not stored */
    post: operations['postSchedulePreview'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/gaps': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Expected intervals that are not exported, from old to new */
    get: operations['getExportsByIdGaps'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/queries/check': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Try a query
     * @description Its columns and first rows over one interval. A refusal says where, why and what to do.
     */
    post: operations['postQueriesCheck'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/backfills': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the backfills of an export */
    get: operations['getExportsByIdBackfills'];
    put?: never;
    /**
     * Export a range of the past
     * @description Whole intervals, as the schedule would have exported them. Live runs never wait for it.
     */
    post: operations['postExportsByIdBackfills'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/backfills/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a backfill */
    get: operations['getBackfillsById'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/backfills/{id}/intervals': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the intervals of a backfill */
    get: operations['getBackfillsByIdIntervals'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/backfills/{id}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Pause a backfill
     * @description Intervals that are under way are finished.
     */
    post: operations['postBackfillsByIdPause'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/backfills/{id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Resume a backfill
     * @description A failed one goes on with what is open; see also retry.
     */
    post: operations['postBackfillsByIdResume'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/backfills/{id}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Cancel a backfill
     * @description Runs that are under way are cancelled; what is exported stays.
     */
    post: operations['postBackfillsByIdCancel'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/backfills/{id}/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Export failed intervals of a backfill again */
    post: operations['postBackfillsByIdRetry'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/reconcile': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Compare a range of an export with source and destination, and repair it */
    post: operations['postExportsByIdReconcile'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/reconciliations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the reconciliations of an export
     * @description Those of the Schedule are listed only when they found something.
     */
    get: operations['getExportsByIdReconciliations'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/reconciliations/{reconciliation_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a reconciliation with the intervals that differed */
    get: operations['getExportsByIdReconciliationsByReconciliationId'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/late-data': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List rows that became visible after their interval had been exported */
    get: operations['getExportsByIdLateData'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/on-demand-exports': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List on-demand exports
     * @description Without links; read one for these.
     */
    get: operations['getOnDemandExports'];
    put?: never;
    /**
     * Export a range once
     * @description To a destination, or with "download" to files of which this resource has links.
     */
    post: operations['postOnDemandExports'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/on-demand-exports/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read an on-demand export */
    get: operations['getOnDemandExportsById'];
    put?: never;
    post?: never;
    /**
     * Delete an on-demand export
     * @description An open run is cancelled. The links of a download end at once and its files are removed within minutes; what went to a destination stays.
     */
    delete: operations['deleteOnDemandExportsById'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/on-demand-exports/{id}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Cancel an on-demand export */
    post: operations['postOnDemandExportsByIdCancel'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/notification-channels': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List notification channels */
    get: operations['getNotificationChannels'];
    put?: never;
    /** Create a notification channel */
    post: operations['postNotificationChannels'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/notification-channels/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a notification channel */
    get: operations['getNotificationChannelsById'];
    put?: never;
    post?: never;
    /**
     * Delete a notification channel
     * @description What waits to be sent through it is dropped.
     */
    delete: operations['deleteNotificationChannelsById'];
    options?: never;
    head?: never;
    /** Change a notification channel */
    patch: operations['patchNotificationChannelsById'];
    trace?: never;
  };
  '/api/v1/notification-channels/{id}/test': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send a test through a notification channel
     * @description Once, now, and also while it is disabled.
     */
    post: operations['postNotificationChannelsByIdTest'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/notifications': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List notifications
     * @description Also those that no channel wanted. They are kept for 90 days.
     */
    get: operations['getNotifications'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/rejected-records': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List records that the destination cannot hold */
    get: operations['getExportsByIdRejectedRecords'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/rejected-records/replay': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Export intervals with rejected records again
     * @description For after a fix at the destination: rows that are there stay, and those that fit now are added.
     */
    post: operations['postExportsByIdRejectedRecordsReplay'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/runs/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a run */
    get: operations['getRunsById'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/runs/{id}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Cancel a run
     * @description Asks the run to end; its status follows when it has.
     */
    post: operations['postRunsByIdCancel'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/runs/{id}/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Run the interval of a run again */
    post: operations['postRunsByIdRetry'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/runs/{id}/log': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the log of a run
     * @description Oldest first. Lines appear about a second after they were written.
     */
    get: operations['getRunsByIdLog'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/runs/{id}/files': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the files that a run wrote
     * @description In the order of the plan; none while the run is open, unless it completed, and of a table. A later run of the interval may have replaced them, or added to them: the manifest at the destination says what counts.
     */
    get: operations['getRunsByIdFiles'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List webhooks
     * @description `q` is searched for in names and addresses.
     */
    get: operations['getWebhooks'];
    put?: never;
    /** Create a webhook */
    post: operations['postWebhooks'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/{id}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Pause a webhook
     * @description Nothing is sent until it is resumed, and nothing is lost.
     */
    post: operations['postWebhooksByIdPause'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/{id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Resume a webhook */
    post: operations['postWebhooksByIdResume'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/{id}/secret': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Reveal the signing secret */
    post: operations['postWebhooksByIdSecret'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/{id}/secret/rotate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Rotate the signing secret
     * @description Until the overlap ends every request carries a signature of each secret, so the receiver can change over at any moment of it.
     */
    post: operations['postWebhooksByIdSecretRotate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhook-kinds': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the kinds of webhooks with their inputs */
    get: operations['getWebhookKinds'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/{id}/simulate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Simulate a change over captured events
     * @description Which events begin or cease to match, and how requests change. Sends and stores nothing.
     */
    post: operations['postWebhooksByIdSimulate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Show what a new webhook would send
     * @description Takes what would be sent to POST /webhooks, and answers with the request that it would make of the newest event that it takes. Sends and stores nothing.
     */
    post: operations['postWebhooksPreview'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/{id}/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Try failed deliveries now
     * @description Those that wait for a retry are tried at once; those that were given up or are parked are sent by a replay. What is delivered is left alone.
     */
    post: operations['postWebhooksByIdRetry'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/{id}/test': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send a test event
     * @description Sends an event that nobody captured, by default the test event of its kind, whatever the filter says, and answers with what came back. A test that is delivered lets a webhook that Sluice has stopped serving be tried again.
     */
    post: operations['postWebhooksByIdTest'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/{id}/events/{event_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Explain what became of an event */
    get: operations['getWebhooksByIdEventsByEventId'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/{id}/attempts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List delivery attempts */
    get: operations['getWebhooksByIdAttempts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/{id}/state': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read the health of the endpoint */
    get: operations['getWebhooksByIdState'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/{id}/stats': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read delivery figures
     * @description Totals since `since`; `points` over time from `from` to `to`.
     */
    get: operations['getWebhooksByIdStats'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/{id}/versions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the versions of the settings
     * @description Newest first, with who made each and what it changed. Of secrets only that they were changed.
     */
    get: operations['getWebhooksByIdVersions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/destinations/{id}/versions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the versions of the settings
     * @description Newest first, with who made each and what it changed. Of secrets only that they were changed.
     */
    get: operations['getDestinationsByIdVersions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/{id}/messages': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List messages of a webhook
     * @description Of the last 30 days.
     */
    get: operations['getWebhooksByIdMessages'];
    put?: never;
    /**
     * Send a message to a webhook
     * @description Stored when it is answered; delivered like an event: signed, retried, in the limits of the webhook, whatever its filter. The same Idempotency-Key is answered with its first message for 30 days.
     */
    post: operations['postWebhooksByIdMessages'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/{id}/messages/{message_id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Follow a message */
    get: operations['getWebhooksByIdMessagesByMessageId'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/operational-events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the types of operational events */
    get: operations['getOperationalEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/hooks/subscribe': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Subscribe an address to an event
     * @description A 410 from the address ends the subscription. Deliveries are those of a webhook: signed, retried.
     */
    post: operations['postHooksSubscribe'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/hooks/sample': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Show what a subscription gets
     * @description The last events as they would be delivered, or a made-up one when there are none.
     */
    get: operations['getHooksSample'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/hooks': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List subscriptions
     * @description A key with the scope hooks alone sees its own.
     */
    get: operations['getHooks'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/hooks/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a subscription */
    get: operations['getHooksById'];
    put?: never;
    post?: never;
    /**
     * Unsubscribe
     * @description May be repeated.
     */
    delete: operations['deleteHooksById'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/webhooks/{id}/replays': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List replays */
    get: operations['getWebhooksByIdReplays'];
    put?: never;
    /**
     * Send events again
     * @description At low priority, in half of the limits of the webhook, with the webhook-id of the first delivery.
     */
    post: operations['postWebhooksByIdReplays'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/replays/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a replay */
    get: operations['getReplaysById'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/replays/{id}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Pause a replay
     * @description Acts within a second. A replay that has ended stays as it is.
     */
    post: operations['postReplaysByIdPause'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/replays/{id}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Let a replay go on
     * @description Acts within a second. A replay that has ended stays as it is.
     */
    post: operations['postReplaysByIdResume'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/replays/{id}/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * End a replay
     * @description Acts within a second. A replay that has ended stays as it is.
     */
    post: operations['postReplaysByIdCancel'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/overview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Sources, destinations, and what needs attention
     * @description Sources of the last hour; figures of the hour that has begun and the 23 before it, as in lists.
     */
    get: operations['getOverview'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/usage': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read usage by day
     * @description The whole UTC days that the range touches, the last 30 unless told. Days without anything are absent.
     */
    get: operations['getUsage'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/quotas': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read the quotas of the team */
    get: operations['getQuotas'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Change the quotas of the team
     * @description Runs that have met the quota are repeated within minutes, as far as the new one allows.
     */
    patch: operations['patchQuotas'];
    trace?: never;
  };
  '/api/v1/capture': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read where events are sent
     * @description Host and token with which any SDK of PostHog captures events of the team.
     */
    get: operations['getCapture'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List captured events
     * @description Newest first, by time of ingestion, of the last 24 hours unless `since` is told. To follow them, ask again with the `tail_cursor`; a slow insert can show up late, and then is not in what follows.
     */
    get: operations['getEvents'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/events/{uuid}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read an event, and where it went */
    get: operations['getEventsByUuid'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/property-names': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the names of properties
     * @description Of the newest 500 events of the last 7 days, and of their persons: what a filter can ask for.
     */
    get: operations['getPropertyNames'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/stats': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read rows, duration and status of each run
     * @description Runs that began in the range, oldest first; of more than 1,000 the newest.
     */
    get: operations['getExportsByIdStats'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/versions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the versions of the settings
     * @description Newest first, with who made each and what it changed.
     */
    get: operations['getExportsByIdVersions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/exports/{id}/anomalies': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List intervals with unusually many or few rows
     * @description Of runs on schedule; newest interval first.
     */
    get: operations['getExportsByIdAnomalies'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/stats/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read statistics of a destination or webhook from Temporal's history */
    get: operations['getStatsById'];
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
    /** @description Conditions on properties, all of which must hold; docs/filters.md has the operators. */
    PropertyFiltersInput: (
      | {
          /** @enum {string} */
          operator: 'is_set' | 'is_not_set';
          /** @description Name of a member of the JSON object; a dot in it is a dot. */
          key: string;
          /**
           * @description event: the event's properties. person: its person_properties.
           * @enum {string}
           */
          source: 'event' | 'person';
        }
      | {
          /** @enum {string} */
          operator: 'exact' | 'is_not';
          /** @description Name of a member of the JSON object; a dot in it is a dot. */
          key: string;
          /**
           * @description event: the event's properties. person: its person_properties.
           * @enum {string}
           */
          source: 'event' | 'person';
          /** @description One value or a list, of which one has to be equal. */
          value: string | number | boolean | (string | number | boolean)[];
        }
      | {
          /** @enum {string} */
          operator: 'in' | 'not_in';
          /** @description Name of a member of the JSON object; a dot in it is a dot. */
          key: string;
          /**
           * @description event: the event's properties. person: its person_properties.
           * @enum {string}
           */
          source: 'event' | 'person';
          value: (string | number | boolean)[];
        }
      | {
          /** @enum {string} */
          operator: 'icontains' | 'not_icontains';
          /** @description Name of a member of the JSON object; a dot in it is a dot. */
          key: string;
          /**
           * @description event: the event's properties. person: its person_properties.
           * @enum {string}
           */
          source: 'event' | 'person';
          value: string;
        }
      | {
          /** @enum {string} */
          operator: 'regex' | 'not_regex';
          /** @description Name of a member of the JSON object; a dot in it is a dot. */
          key: string;
          /**
           * @description event: the event's properties. person: its person_properties.
           * @enum {string}
           */
          source: 'event' | 'person';
          /** @description A regular expression of RE2; `.` matches line breaks too. */
          value: string;
        }
      | {
          /** @enum {string} */
          operator: 'gt' | 'gte' | 'lt' | 'lte';
          /** @description Name of a member of the JSON object; a dot in it is a dot. */
          key: string;
          /**
           * @description event: the event's properties. person: its person_properties.
           * @enum {string}
           */
          source: 'event' | 'person';
          /** @description A number; as text to keep more than 53 bits. */
          value: string | number;
        }
      | {
          /** @enum {string} */
          operator: 'is_date_before' | 'is_date_after';
          /** @description Name of a member of the JSON object; a dot in it is a dot. */
          key: string;
          /**
           * @description event: the event's properties. person: its person_properties.
           * @enum {string}
           */
          source: 'event' | 'person';
          /** @description A date or RFC 3339 time from 1901 to 2199; UTC when it has no offset. */
          value: string;
        }
      | {
          /** @enum {string} */
          operator: 'and' | 'or';
          filters: (
            | {
                /** @enum {string} */
                operator: 'is_set' | 'is_not_set';
                /** @description Name of a member of the JSON object; a dot in it is a dot. */
                key: string;
                /**
                 * @description event: the event's properties. person: its person_properties.
                 * @enum {string}
                 */
                source: 'event' | 'person';
              }
            | {
                /** @enum {string} */
                operator: 'exact' | 'is_not';
                /** @description Name of a member of the JSON object; a dot in it is a dot. */
                key: string;
                /**
                 * @description event: the event's properties. person: its person_properties.
                 * @enum {string}
                 */
                source: 'event' | 'person';
                /** @description One value or a list, of which one has to be equal. */
                value: string | number | boolean | (string | number | boolean)[];
              }
            | {
                /** @enum {string} */
                operator: 'in' | 'not_in';
                /** @description Name of a member of the JSON object; a dot in it is a dot. */
                key: string;
                /**
                 * @description event: the event's properties. person: its person_properties.
                 * @enum {string}
                 */
                source: 'event' | 'person';
                value: (string | number | boolean)[];
              }
            | {
                /** @enum {string} */
                operator: 'icontains' | 'not_icontains';
                /** @description Name of a member of the JSON object; a dot in it is a dot. */
                key: string;
                /**
                 * @description event: the event's properties. person: its person_properties.
                 * @enum {string}
                 */
                source: 'event' | 'person';
                value: string;
              }
            | {
                /** @enum {string} */
                operator: 'regex' | 'not_regex';
                /** @description Name of a member of the JSON object; a dot in it is a dot. */
                key: string;
                /**
                 * @description event: the event's properties. person: its person_properties.
                 * @enum {string}
                 */
                source: 'event' | 'person';
                /** @description A regular expression of RE2; `.` matches line breaks too. */
                value: string;
              }
            | {
                /** @enum {string} */
                operator: 'gt' | 'gte' | 'lt' | 'lte';
                /** @description Name of a member of the JSON object; a dot in it is a dot. */
                key: string;
                /**
                 * @description event: the event's properties. person: its person_properties.
                 * @enum {string}
                 */
                source: 'event' | 'person';
                /** @description A number; as text to keep more than 53 bits. */
                value: string | number;
              }
            | {
                /** @enum {string} */
                operator: 'is_date_before' | 'is_date_after';
                /** @description Name of a member of the JSON object; a dot in it is a dot. */
                key: string;
                /**
                 * @description event: the event's properties. person: its person_properties.
                 * @enum {string}
                 */
                source: 'event' | 'person';
                /** @description A date or RFC 3339 time from 1901 to 2199; UTC when it has no offset. */
                value: string;
              }
            | {
                /** @enum {string} */
                operator: 'and' | 'or';
                filters: (
                  | {
                      /** @enum {string} */
                      operator: 'is_set' | 'is_not_set';
                      /** @description Name of a member of the JSON object; a dot in it is a dot. */
                      key: string;
                      /**
                       * @description event: the event's properties. person: its person_properties.
                       * @enum {string}
                       */
                      source: 'event' | 'person';
                    }
                  | {
                      /** @enum {string} */
                      operator: 'exact' | 'is_not';
                      /** @description Name of a member of the JSON object; a dot in it is a dot. */
                      key: string;
                      /**
                       * @description event: the event's properties. person: its person_properties.
                       * @enum {string}
                       */
                      source: 'event' | 'person';
                      /** @description One value or a list, of which one has to be equal. */
                      value: string | number | boolean | (string | number | boolean)[];
                    }
                  | {
                      /** @enum {string} */
                      operator: 'in' | 'not_in';
                      /** @description Name of a member of the JSON object; a dot in it is a dot. */
                      key: string;
                      /**
                       * @description event: the event's properties. person: its person_properties.
                       * @enum {string}
                       */
                      source: 'event' | 'person';
                      value: (string | number | boolean)[];
                    }
                  | {
                      /** @enum {string} */
                      operator: 'icontains' | 'not_icontains';
                      /** @description Name of a member of the JSON object; a dot in it is a dot. */
                      key: string;
                      /**
                       * @description event: the event's properties. person: its person_properties.
                       * @enum {string}
                       */
                      source: 'event' | 'person';
                      value: string;
                    }
                  | {
                      /** @enum {string} */
                      operator: 'regex' | 'not_regex';
                      /** @description Name of a member of the JSON object; a dot in it is a dot. */
                      key: string;
                      /**
                       * @description event: the event's properties. person: its person_properties.
                       * @enum {string}
                       */
                      source: 'event' | 'person';
                      /** @description A regular expression of RE2; `.` matches line breaks too. */
                      value: string;
                    }
                  | {
                      /** @enum {string} */
                      operator: 'gt' | 'gte' | 'lt' | 'lte';
                      /** @description Name of a member of the JSON object; a dot in it is a dot. */
                      key: string;
                      /**
                       * @description event: the event's properties. person: its person_properties.
                       * @enum {string}
                       */
                      source: 'event' | 'person';
                      /** @description A number; as text to keep more than 53 bits. */
                      value: string | number;
                    }
                  | {
                      /** @enum {string} */
                      operator: 'is_date_before' | 'is_date_after';
                      /** @description Name of a member of the JSON object; a dot in it is a dot. */
                      key: string;
                      /**
                       * @description event: the event's properties. person: its person_properties.
                       * @enum {string}
                       */
                      source: 'event' | 'person';
                      /** @description A date or RFC 3339 time from 1901 to 2199; UTC when it has no offset. */
                      value: string;
                    }
                  | {
                      /** @enum {string} */
                      operator: 'and' | 'or';
                      filters: (
                        | {
                            /** @enum {string} */
                            operator: 'is_set' | 'is_not_set';
                            /** @description Name of a member of the JSON object; a dot in it is a dot. */
                            key: string;
                            /**
                             * @description event: the event's properties. person: its person_properties.
                             * @enum {string}
                             */
                            source: 'event' | 'person';
                          }
                        | {
                            /** @enum {string} */
                            operator: 'exact' | 'is_not';
                            /** @description Name of a member of the JSON object; a dot in it is a dot. */
                            key: string;
                            /**
                             * @description event: the event's properties. person: its person_properties.
                             * @enum {string}
                             */
                            source: 'event' | 'person';
                            /** @description One value or a list, of which one has to be equal. */
                            value: string | number | boolean | (string | number | boolean)[];
                          }
                        | {
                            /** @enum {string} */
                            operator: 'in' | 'not_in';
                            /** @description Name of a member of the JSON object; a dot in it is a dot. */
                            key: string;
                            /**
                             * @description event: the event's properties. person: its person_properties.
                             * @enum {string}
                             */
                            source: 'event' | 'person';
                            value: (string | number | boolean)[];
                          }
                        | {
                            /** @enum {string} */
                            operator: 'icontains' | 'not_icontains';
                            /** @description Name of a member of the JSON object; a dot in it is a dot. */
                            key: string;
                            /**
                             * @description event: the event's properties. person: its person_properties.
                             * @enum {string}
                             */
                            source: 'event' | 'person';
                            value: string;
                          }
                        | {
                            /** @enum {string} */
                            operator: 'regex' | 'not_regex';
                            /** @description Name of a member of the JSON object; a dot in it is a dot. */
                            key: string;
                            /**
                             * @description event: the event's properties. person: its person_properties.
                             * @enum {string}
                             */
                            source: 'event' | 'person';
                            /** @description A regular expression of RE2; `.` matches line breaks too. */
                            value: string;
                          }
                        | {
                            /** @enum {string} */
                            operator: 'gt' | 'gte' | 'lt' | 'lte';
                            /** @description Name of a member of the JSON object; a dot in it is a dot. */
                            key: string;
                            /**
                             * @description event: the event's properties. person: its person_properties.
                             * @enum {string}
                             */
                            source: 'event' | 'person';
                            /** @description A number; as text to keep more than 53 bits. */
                            value: string | number;
                          }
                        | {
                            /** @enum {string} */
                            operator: 'is_date_before' | 'is_date_after';
                            /** @description Name of a member of the JSON object; a dot in it is a dot. */
                            key: string;
                            /**
                             * @description event: the event's properties. person: its person_properties.
                             * @enum {string}
                             */
                            source: 'event' | 'person';
                            /** @description A date or RFC 3339 time from 1901 to 2199; UTC when it has no offset. */
                            value: string;
                          }
                      )[];
                    }
                )[];
              }
          )[];
        }
    )[];
    /** @description What the destination gets, in this order; docs/models.md has the kinds. */
    ColumnsInput: {
      name: string;
      from:
        | {
            /** @constant */
            kind: 'column';
            /** @enum {string} */
            column:
              | 'uuid'
              | 'event'
              | 'distinct_id'
              | 'person_id'
              | 'properties'
              | 'person_properties'
              | 'timestamp'
              | 'inserted_at'
              | 'created_at'
              | 'team_id';
          }
        | {
            /** @constant */
            kind: 'property';
            /**
             * @description event: the event's properties. person: its person_properties.
             * @enum {string}
             */
            source: 'event' | 'person';
            /** @description Names of members from the outermost object inwards; a dot in a name is a dot. */
            path: string[];
            /**
             * @description A property of another type is null.
             * @default string
             * @enum {string}
             */
            type?: 'string' | 'integer' | 'number' | 'boolean' | 'json' | 'timestamp';
          }
        | {
            /** @constant */
            kind: 'literal';
            value: string | number | boolean;
          }
        | {
            /** @constant */
            kind: 'date_part';
            /** @enum {string} */
            column: 'timestamp' | 'inserted_at' | 'created_at';
            /**
             * @description weekday: 1 is Monday. week: of ISO 8601.
             * @enum {string}
             */
            part: 'date' | 'year' | 'quarter' | 'month' | 'week' | 'day' | 'weekday' | 'hour' | 'minute';
            /** @description Default: UTC. */
            time_zone?: string;
          }
        | {
            /** @constant */
            kind: 'hash';
            of:
              | {
                  /** @constant */
                  kind: 'column';
                  /** @enum {string} */
                  column:
                    | 'uuid'
                    | 'event'
                    | 'distinct_id'
                    | 'person_id'
                    | 'properties'
                    | 'person_properties'
                    | 'timestamp'
                    | 'inserted_at'
                    | 'created_at'
                    | 'team_id';
                }
              | {
                  /** @constant */
                  kind: 'property';
                  /**
                   * @description event: the event's properties. person: its person_properties.
                   * @enum {string}
                   */
                  source: 'event' | 'person';
                  /** @description Names of members from the outermost object inwards; a dot in a name is a dot. */
                  path: string[];
                  /**
                   * @description A property of another type is null.
                   * @default string
                   * @enum {string}
                   */
                  type?: 'string' | 'integer' | 'number' | 'boolean' | 'json' | 'timestamp';
                }
              | {
                  /** @constant */
                  kind: 'literal';
                  value: string | number | boolean;
                };
          }
        | {
            /** @constant */
            kind: 'concat';
            parts: (
              | {
                  /** @constant */
                  kind: 'column';
                  /** @enum {string} */
                  column:
                    | 'uuid'
                    | 'event'
                    | 'distinct_id'
                    | 'person_id'
                    | 'properties'
                    | 'person_properties'
                    | 'timestamp'
                    | 'inserted_at'
                    | 'created_at'
                    | 'team_id';
                }
              | {
                  /** @constant */
                  kind: 'property';
                  /**
                   * @description event: the event's properties. person: its person_properties.
                   * @enum {string}
                   */
                  source: 'event' | 'person';
                  /** @description Names of members from the outermost object inwards; a dot in a name is a dot. */
                  path: string[];
                  /**
                   * @description A property of another type is null.
                   * @default string
                   * @enum {string}
                   */
                  type?: 'string' | 'integer' | 'number' | 'boolean' | 'json' | 'timestamp';
                }
              | {
                  /** @constant */
                  kind: 'literal';
                  value: string | number | boolean;
                }
            )[];
          }
        | {
            /** @constant */
            kind: 'coalesce';
            of: (
              | {
                  /** @constant */
                  kind: 'column';
                  /** @enum {string} */
                  column:
                    | 'uuid'
                    | 'event'
                    | 'distinct_id'
                    | 'person_id'
                    | 'properties'
                    | 'person_properties'
                    | 'timestamp'
                    | 'inserted_at'
                    | 'created_at'
                    | 'team_id';
                }
              | {
                  /** @constant */
                  kind: 'property';
                  /**
                   * @description event: the event's properties. person: its person_properties.
                   * @enum {string}
                   */
                  source: 'event' | 'person';
                  /** @description Names of members from the outermost object inwards; a dot in a name is a dot. */
                  path: string[];
                  /**
                   * @description A property of another type is null.
                   * @default string
                   * @enum {string}
                   */
                  type?: 'string' | 'integer' | 'number' | 'boolean' | 'json' | 'timestamp';
                }
              | {
                  /** @constant */
                  kind: 'literal';
                  value: string | number | boolean;
                }
            )[];
          };
    }[];
    /** @description What must not leave as it is; docs/models.md says what a hash promises. */
    PrivacyInput: {
      /**
       * @description Properties that are left out.
       * @default []
       */
      drop?: {
        /**
         * @description event: the event's properties. person: its person_properties.
         * @enum {string}
         */
        source: 'event' | 'person';
        /** @description `*` stands for any characters of a name, `\*` for itself. */
        path: string[];
      }[];
      /**
       * @description Properties whose value becomes its keyed hash.
       * @default []
       */
      hash?: {
        /**
         * @description event: the event's properties. person: its person_properties.
         * @enum {string}
         */
        source: 'event' | 'person';
        /** @description `*` stands for any characters of a name, `\*` for itself. */
        path: string[];
      }[];
      /** @default false */
      hash_distinct_id?: boolean;
      /** @default false */
      hash_person_id?: boolean;
    };
    Problem: {
      /** @description The code as a URI. */
      type: string;
      title: string;
      status: number;
      /** @description Stable; see docs/error-codes.md. */
      code: string;
      detail: string;
      /** @description What to do about it. */
      remedy?: string;
      /** @description The field of the request that is at fault. */
      field?: string;
      /** @description Every field at fault. */
      errors?: {
        field: string;
        message: string;
      }[];
      request_id: string;
    };
    /** @description Conditions on properties, all of which must hold; docs/filters.md has the operators. */
    PropertyFilters: (
      | {
          /** @enum {string} */
          operator: 'is_set' | 'is_not_set';
          /** @description Name of a member of the JSON object; a dot in it is a dot. */
          key: string;
          /**
           * @description event: the event's properties. person: its person_properties.
           * @enum {string}
           */
          source: 'event' | 'person';
        }
      | {
          /** @enum {string} */
          operator: 'exact' | 'is_not';
          /** @description Name of a member of the JSON object; a dot in it is a dot. */
          key: string;
          /**
           * @description event: the event's properties. person: its person_properties.
           * @enum {string}
           */
          source: 'event' | 'person';
          /** @description One value or a list, of which one has to be equal. */
          value: string | number | boolean | (string | number | boolean)[];
        }
      | {
          /** @enum {string} */
          operator: 'in' | 'not_in';
          /** @description Name of a member of the JSON object; a dot in it is a dot. */
          key: string;
          /**
           * @description event: the event's properties. person: its person_properties.
           * @enum {string}
           */
          source: 'event' | 'person';
          value: (string | number | boolean)[];
        }
      | {
          /** @enum {string} */
          operator: 'icontains' | 'not_icontains';
          /** @description Name of a member of the JSON object; a dot in it is a dot. */
          key: string;
          /**
           * @description event: the event's properties. person: its person_properties.
           * @enum {string}
           */
          source: 'event' | 'person';
          value: string;
        }
      | {
          /** @enum {string} */
          operator: 'regex' | 'not_regex';
          /** @description Name of a member of the JSON object; a dot in it is a dot. */
          key: string;
          /**
           * @description event: the event's properties. person: its person_properties.
           * @enum {string}
           */
          source: 'event' | 'person';
          /** @description A regular expression of RE2; `.` matches line breaks too. */
          value: string;
        }
      | {
          /** @enum {string} */
          operator: 'gt' | 'gte' | 'lt' | 'lte';
          /** @description Name of a member of the JSON object; a dot in it is a dot. */
          key: string;
          /**
           * @description event: the event's properties. person: its person_properties.
           * @enum {string}
           */
          source: 'event' | 'person';
          /** @description A number; as text to keep more than 53 bits. */
          value: string | number;
        }
      | {
          /** @enum {string} */
          operator: 'is_date_before' | 'is_date_after';
          /** @description Name of a member of the JSON object; a dot in it is a dot. */
          key: string;
          /**
           * @description event: the event's properties. person: its person_properties.
           * @enum {string}
           */
          source: 'event' | 'person';
          /** @description A date or RFC 3339 time from 1901 to 2199; UTC when it has no offset. */
          value: string;
        }
      | {
          /** @enum {string} */
          operator: 'and' | 'or';
          filters: (
            | {
                /** @enum {string} */
                operator: 'is_set' | 'is_not_set';
                /** @description Name of a member of the JSON object; a dot in it is a dot. */
                key: string;
                /**
                 * @description event: the event's properties. person: its person_properties.
                 * @enum {string}
                 */
                source: 'event' | 'person';
              }
            | {
                /** @enum {string} */
                operator: 'exact' | 'is_not';
                /** @description Name of a member of the JSON object; a dot in it is a dot. */
                key: string;
                /**
                 * @description event: the event's properties. person: its person_properties.
                 * @enum {string}
                 */
                source: 'event' | 'person';
                /** @description One value or a list, of which one has to be equal. */
                value: string | number | boolean | (string | number | boolean)[];
              }
            | {
                /** @enum {string} */
                operator: 'in' | 'not_in';
                /** @description Name of a member of the JSON object; a dot in it is a dot. */
                key: string;
                /**
                 * @description event: the event's properties. person: its person_properties.
                 * @enum {string}
                 */
                source: 'event' | 'person';
                value: (string | number | boolean)[];
              }
            | {
                /** @enum {string} */
                operator: 'icontains' | 'not_icontains';
                /** @description Name of a member of the JSON object; a dot in it is a dot. */
                key: string;
                /**
                 * @description event: the event's properties. person: its person_properties.
                 * @enum {string}
                 */
                source: 'event' | 'person';
                value: string;
              }
            | {
                /** @enum {string} */
                operator: 'regex' | 'not_regex';
                /** @description Name of a member of the JSON object; a dot in it is a dot. */
                key: string;
                /**
                 * @description event: the event's properties. person: its person_properties.
                 * @enum {string}
                 */
                source: 'event' | 'person';
                /** @description A regular expression of RE2; `.` matches line breaks too. */
                value: string;
              }
            | {
                /** @enum {string} */
                operator: 'gt' | 'gte' | 'lt' | 'lte';
                /** @description Name of a member of the JSON object; a dot in it is a dot. */
                key: string;
                /**
                 * @description event: the event's properties. person: its person_properties.
                 * @enum {string}
                 */
                source: 'event' | 'person';
                /** @description A number; as text to keep more than 53 bits. */
                value: string | number;
              }
            | {
                /** @enum {string} */
                operator: 'is_date_before' | 'is_date_after';
                /** @description Name of a member of the JSON object; a dot in it is a dot. */
                key: string;
                /**
                 * @description event: the event's properties. person: its person_properties.
                 * @enum {string}
                 */
                source: 'event' | 'person';
                /** @description A date or RFC 3339 time from 1901 to 2199; UTC when it has no offset. */
                value: string;
              }
            | {
                /** @enum {string} */
                operator: 'and' | 'or';
                filters: (
                  | {
                      /** @enum {string} */
                      operator: 'is_set' | 'is_not_set';
                      /** @description Name of a member of the JSON object; a dot in it is a dot. */
                      key: string;
                      /**
                       * @description event: the event's properties. person: its person_properties.
                       * @enum {string}
                       */
                      source: 'event' | 'person';
                    }
                  | {
                      /** @enum {string} */
                      operator: 'exact' | 'is_not';
                      /** @description Name of a member of the JSON object; a dot in it is a dot. */
                      key: string;
                      /**
                       * @description event: the event's properties. person: its person_properties.
                       * @enum {string}
                       */
                      source: 'event' | 'person';
                      /** @description One value or a list, of which one has to be equal. */
                      value: string | number | boolean | (string | number | boolean)[];
                    }
                  | {
                      /** @enum {string} */
                      operator: 'in' | 'not_in';
                      /** @description Name of a member of the JSON object; a dot in it is a dot. */
                      key: string;
                      /**
                       * @description event: the event's properties. person: its person_properties.
                       * @enum {string}
                       */
                      source: 'event' | 'person';
                      value: (string | number | boolean)[];
                    }
                  | {
                      /** @enum {string} */
                      operator: 'icontains' | 'not_icontains';
                      /** @description Name of a member of the JSON object; a dot in it is a dot. */
                      key: string;
                      /**
                       * @description event: the event's properties. person: its person_properties.
                       * @enum {string}
                       */
                      source: 'event' | 'person';
                      value: string;
                    }
                  | {
                      /** @enum {string} */
                      operator: 'regex' | 'not_regex';
                      /** @description Name of a member of the JSON object; a dot in it is a dot. */
                      key: string;
                      /**
                       * @description event: the event's properties. person: its person_properties.
                       * @enum {string}
                       */
                      source: 'event' | 'person';
                      /** @description A regular expression of RE2; `.` matches line breaks too. */
                      value: string;
                    }
                  | {
                      /** @enum {string} */
                      operator: 'gt' | 'gte' | 'lt' | 'lte';
                      /** @description Name of a member of the JSON object; a dot in it is a dot. */
                      key: string;
                      /**
                       * @description event: the event's properties. person: its person_properties.
                       * @enum {string}
                       */
                      source: 'event' | 'person';
                      /** @description A number; as text to keep more than 53 bits. */
                      value: string | number;
                    }
                  | {
                      /** @enum {string} */
                      operator: 'is_date_before' | 'is_date_after';
                      /** @description Name of a member of the JSON object; a dot in it is a dot. */
                      key: string;
                      /**
                       * @description event: the event's properties. person: its person_properties.
                       * @enum {string}
                       */
                      source: 'event' | 'person';
                      /** @description A date or RFC 3339 time from 1901 to 2199; UTC when it has no offset. */
                      value: string;
                    }
                  | {
                      /** @enum {string} */
                      operator: 'and' | 'or';
                      filters: (
                        | {
                            /** @enum {string} */
                            operator: 'is_set' | 'is_not_set';
                            /** @description Name of a member of the JSON object; a dot in it is a dot. */
                            key: string;
                            /**
                             * @description event: the event's properties. person: its person_properties.
                             * @enum {string}
                             */
                            source: 'event' | 'person';
                          }
                        | {
                            /** @enum {string} */
                            operator: 'exact' | 'is_not';
                            /** @description Name of a member of the JSON object; a dot in it is a dot. */
                            key: string;
                            /**
                             * @description event: the event's properties. person: its person_properties.
                             * @enum {string}
                             */
                            source: 'event' | 'person';
                            /** @description One value or a list, of which one has to be equal. */
                            value: string | number | boolean | (string | number | boolean)[];
                          }
                        | {
                            /** @enum {string} */
                            operator: 'in' | 'not_in';
                            /** @description Name of a member of the JSON object; a dot in it is a dot. */
                            key: string;
                            /**
                             * @description event: the event's properties. person: its person_properties.
                             * @enum {string}
                             */
                            source: 'event' | 'person';
                            value: (string | number | boolean)[];
                          }
                        | {
                            /** @enum {string} */
                            operator: 'icontains' | 'not_icontains';
                            /** @description Name of a member of the JSON object; a dot in it is a dot. */
                            key: string;
                            /**
                             * @description event: the event's properties. person: its person_properties.
                             * @enum {string}
                             */
                            source: 'event' | 'person';
                            value: string;
                          }
                        | {
                            /** @enum {string} */
                            operator: 'regex' | 'not_regex';
                            /** @description Name of a member of the JSON object; a dot in it is a dot. */
                            key: string;
                            /**
                             * @description event: the event's properties. person: its person_properties.
                             * @enum {string}
                             */
                            source: 'event' | 'person';
                            /** @description A regular expression of RE2; `.` matches line breaks too. */
                            value: string;
                          }
                        | {
                            /** @enum {string} */
                            operator: 'gt' | 'gte' | 'lt' | 'lte';
                            /** @description Name of a member of the JSON object; a dot in it is a dot. */
                            key: string;
                            /**
                             * @description event: the event's properties. person: its person_properties.
                             * @enum {string}
                             */
                            source: 'event' | 'person';
                            /** @description A number; as text to keep more than 53 bits. */
                            value: string | number;
                          }
                        | {
                            /** @enum {string} */
                            operator: 'is_date_before' | 'is_date_after';
                            /** @description Name of a member of the JSON object; a dot in it is a dot. */
                            key: string;
                            /**
                             * @description event: the event's properties. person: its person_properties.
                             * @enum {string}
                             */
                            source: 'event' | 'person';
                            /** @description A date or RFC 3339 time from 1901 to 2199; UTC when it has no offset. */
                            value: string;
                          }
                      )[];
                    }
                )[];
              }
          )[];
        }
    )[];
    ApiKey: {
      /** Format: uuid */
      id: string;
      /** @description Grows with each change. */
      version: number;
      /** @description Shown in lists and in the Temporal UI. */
      name: string;
      /** @description How the key begins. */
      prefix: string;
      /** @enum {string} */
      role: 'owner' | 'editor' | 'viewer';
      /** @description `write` includes `read` and `hooks`; `admin` includes all. Nothing beyond the role of the key. */
      scopes: ('read' | 'write' | 'hooks' | 'admin')[];
      /** Format: date-time */
      created_at: string;
      /** @description A user; null for the operator or another key. */
      created_by: string | null;
      /** @description Null: never. */
      expires_at: string | null;
      /** @description To the minute. */
      last_used_at: string | null;
    };
    AuditEntry: {
      /** Format: uuid */
      id: string;
      /** Format: date-time */
      at: string;
      actor: {
        /**
         * @description `operator`: a command on the server. `anonymous`: somebody who has not shown to be the user.
         * @enum {string}
         */
        kind: 'user' | 'key' | 'operator' | 'anonymous';
        /** @description Null of operators and anonymous ones. */
        id: string | null;
        /** @description A user's e-mail address, or the name of a key, as it was then. */
        name: string;
      };
      /** @description For people: the summary of the route. */
      action: string;
      method: string;
      route: string;
      resource: string;
      resource_id: string | null;
      /** @description That the change made, where the resource has versions. */
      version: number | null;
      /** @description Fields of the request; values only of those that never hold a secret. */
      changes: {
        field: string;
        value?: string | number | boolean | null;
      }[];
      request_id: string;
      /** @description Where the request came from. */
      address: string;
    };
    Session: {
      user: {
        /** Format: uuid */
        id: string;
        email: string;
        name: string;
      };
      teams: {
        id: number;
        name: string;
        /** @enum {string} */
        role: 'owner' | 'editor' | 'viewer';
      }[];
      /** @description Send it as X-CSRF-Token with everything but GET and HEAD. */
      csrf_token: string;
    };
    Run: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      export_id: string;
      /** Format: date-time */
      interval_start: string;
      /** Format: date-time */
      interval_end: string;
      /** @enum {string} */
      status:
        | 'starting'
        | 'running'
        | 'completed'
        | 'failed'
        | 'failed_retryable'
        | 'cancelled'
        | 'terminated'
        | 'timed_out'
        | 'over_quota'
        | 'skipped';
      trigger: string;
      /** @description Version of the export that the run is pinned to. */
      export_version: number;
      generation: number;
      /** @description Rows that the source had for the interval. */
      rows_in: number;
      /** @description Rows that the destination got. */
      rows: number;
      bytes: number;
      files: number;
      /** @description Records that the destination cannot hold; they were set aside with the reason. */
      records_failed: number;
      /** @description The destination keeps files of before a restore of our database: they have more rows than the source has now. A run with `replace_kept` replaces them. */
      kept: boolean;
      error: {
        code: string;
        message: string;
        remedy: string | null;
        /** @description Who has to act. */
        fault: ('customer' | 'destination' | 'platform') | null;
        /** @description The activity that failed. */
        step: string | null;
      } | null;
      /** @description Find it in the Temporal UI by this id. */
      workflow_id: string;
      /** Format: date-time */
      started_at: string;
      finished_at: string | null;
      /** @description Milliseconds by step, over all attempts. */
      timings: {
        [key: string]: number;
      };
    };
    RunDetail: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      export_id: string;
      /** Format: date-time */
      interval_start: string;
      /** Format: date-time */
      interval_end: string;
      /** @enum {string} */
      status:
        | 'starting'
        | 'running'
        | 'completed'
        | 'failed'
        | 'failed_retryable'
        | 'cancelled'
        | 'terminated'
        | 'timed_out'
        | 'over_quota'
        | 'skipped';
      trigger: string;
      /** @description Version of the export that the run is pinned to. */
      export_version: number;
      generation: number;
      /** @description Rows that the source had for the interval. */
      rows_in: number;
      /** @description Rows that the destination got. */
      rows: number;
      bytes: number;
      files: number;
      /** @description Records that the destination cannot hold; they were set aside with the reason. */
      records_failed: number;
      /** @description The destination keeps files of before a restore of our database: they have more rows than the source has now. A run with `replace_kept` replaces them. */
      kept: boolean;
      error: {
        code: string;
        message: string;
        remedy: string | null;
        /** @description Who has to act. */
        fault: ('customer' | 'destination' | 'platform') | null;
        /** @description The activity that failed. */
        step: string | null;
      } | null;
      /** @description Find it in the Temporal UI by this id. */
      workflow_id: string;
      /** Format: date-time */
      started_at: string;
      finished_at: string | null;
      /** @description Milliseconds by step, over all attempts. */
      timings: {
        [key: string]: number;
      };
      /** @description The run of the export that started before it; null: it is the first. */
      previous_run_id: string | null;
      /** @description The run of the export that started after it; null: it is the newest. */
      next_run_id: string | null;
    };
    ExportDeletion: {
      /** Format: uuid */
      export_id: string;
      name: string;
      /**
       * @description deleting: it is hidden and gets nothing new; what it had running is still ending.
       * @enum {string}
       */
      state: 'active' | 'deleting' | 'deleted';
      /** @description The Temporal Schedule. */
      schedule: {
        id: string;
        removed: boolean;
      };
      /** @description They are cancelled, and clean up what they had not committed. */
      open_runs: components['schemas']['Run'][];
      /** @description Due, and not exported: they are given up. */
      unexported_intervals: number;
      /** @description Committed data. It stays; Sluice never removes it. */
      left_behind: {
        /** Format: uuid */
        destination_id: string;
        destination_name: string;
        kind: string;
        /** @description Where it is: bucket and prefix, folder, or table. */
        location: {
          [key: string]: string;
        };
        intervals: number;
        rows: number;
        bytes: number;
        files: number;
        /** @description Some of the newest interval; none for tables. */
        latest_files: string[];
      };
    };
    DestinationDeletion: {
      /** Format: uuid */
      destination_id: string;
      name: string;
      kind: string;
      /**
       * @description deleting: it is hidden and gets nothing new; what it had running is still ending.
       * @enum {string}
       */
      state: 'active' | 'deleting' | 'deleted';
      /** @description Exports use it: deleting is refused unless with_exports is true. */
      needs_with_exports: boolean;
      /** @description They are deleted with it. */
      exports: components['schemas']['ExportDeletion'][];
    };
    WebhookDeletion: {
      /** Format: uuid */
      webhook_id: string;
      name: string;
      /**
       * @description deleting: it is hidden and gets nothing new; what it had running is still ending.
       * @enum {string}
       */
      state: 'active' | 'deleting' | 'deleted';
      /** @description The webhook’s workflow in Temporal. */
      workflow: {
        id: string;
        ended: boolean;
      };
      /** @description Events ingested later are not sent any more, unless it is restored. null: it is deleted for good. */
      cursor: string | null;
      /** @description Events that wait for another try: their workflows end as dropped. */
      open_retries: number;
      /** @description Matching events from the cursor on: the most that are not sent yet. null: they could not be counted. */
      waiting_events: number | null;
      /** @description Failed events that wait in the log for another try. null: the same. */
      parked: number | null;
      /** @description Of a deleted one: until then it can be restored, with all that it has not sent. */
      restorable_until: string | null;
    };
    /** @description What the destination gets, in this order; docs/models.md has the kinds. */
    Columns: {
      name: string;
      from:
        | {
            /** @constant */
            kind: 'column';
            /** @enum {string} */
            column:
              | 'uuid'
              | 'event'
              | 'distinct_id'
              | 'person_id'
              | 'properties'
              | 'person_properties'
              | 'timestamp'
              | 'inserted_at'
              | 'created_at'
              | 'team_id';
          }
        | {
            /** @constant */
            kind: 'property';
            /**
             * @description event: the event's properties. person: its person_properties.
             * @enum {string}
             */
            source: 'event' | 'person';
            /** @description Names of members from the outermost object inwards; a dot in a name is a dot. */
            path: string[];
            /**
             * @description A property of another type is null.
             * @default string
             * @enum {string}
             */
            type: 'string' | 'integer' | 'number' | 'boolean' | 'json' | 'timestamp';
          }
        | {
            /** @constant */
            kind: 'literal';
            value: string | number | boolean;
          }
        | {
            /** @constant */
            kind: 'date_part';
            /** @enum {string} */
            column: 'timestamp' | 'inserted_at' | 'created_at';
            /**
             * @description weekday: 1 is Monday. week: of ISO 8601.
             * @enum {string}
             */
            part: 'date' | 'year' | 'quarter' | 'month' | 'week' | 'day' | 'weekday' | 'hour' | 'minute';
            /** @description Default: UTC. */
            time_zone?: string;
          }
        | {
            /** @constant */
            kind: 'hash';
            of:
              | {
                  /** @constant */
                  kind: 'column';
                  /** @enum {string} */
                  column:
                    | 'uuid'
                    | 'event'
                    | 'distinct_id'
                    | 'person_id'
                    | 'properties'
                    | 'person_properties'
                    | 'timestamp'
                    | 'inserted_at'
                    | 'created_at'
                    | 'team_id';
                }
              | {
                  /** @constant */
                  kind: 'property';
                  /**
                   * @description event: the event's properties. person: its person_properties.
                   * @enum {string}
                   */
                  source: 'event' | 'person';
                  /** @description Names of members from the outermost object inwards; a dot in a name is a dot. */
                  path: string[];
                  /**
                   * @description A property of another type is null.
                   * @default string
                   * @enum {string}
                   */
                  type: 'string' | 'integer' | 'number' | 'boolean' | 'json' | 'timestamp';
                }
              | {
                  /** @constant */
                  kind: 'literal';
                  value: string | number | boolean;
                };
          }
        | {
            /** @constant */
            kind: 'concat';
            parts: (
              | {
                  /** @constant */
                  kind: 'column';
                  /** @enum {string} */
                  column:
                    | 'uuid'
                    | 'event'
                    | 'distinct_id'
                    | 'person_id'
                    | 'properties'
                    | 'person_properties'
                    | 'timestamp'
                    | 'inserted_at'
                    | 'created_at'
                    | 'team_id';
                }
              | {
                  /** @constant */
                  kind: 'property';
                  /**
                   * @description event: the event's properties. person: its person_properties.
                   * @enum {string}
                   */
                  source: 'event' | 'person';
                  /** @description Names of members from the outermost object inwards; a dot in a name is a dot. */
                  path: string[];
                  /**
                   * @description A property of another type is null.
                   * @default string
                   * @enum {string}
                   */
                  type: 'string' | 'integer' | 'number' | 'boolean' | 'json' | 'timestamp';
                }
              | {
                  /** @constant */
                  kind: 'literal';
                  value: string | number | boolean;
                }
            )[];
          }
        | {
            /** @constant */
            kind: 'coalesce';
            of: (
              | {
                  /** @constant */
                  kind: 'column';
                  /** @enum {string} */
                  column:
                    | 'uuid'
                    | 'event'
                    | 'distinct_id'
                    | 'person_id'
                    | 'properties'
                    | 'person_properties'
                    | 'timestamp'
                    | 'inserted_at'
                    | 'created_at'
                    | 'team_id';
                }
              | {
                  /** @constant */
                  kind: 'property';
                  /**
                   * @description event: the event's properties. person: its person_properties.
                   * @enum {string}
                   */
                  source: 'event' | 'person';
                  /** @description Names of members from the outermost object inwards; a dot in a name is a dot. */
                  path: string[];
                  /**
                   * @description A property of another type is null.
                   * @default string
                   * @enum {string}
                   */
                  type: 'string' | 'integer' | 'number' | 'boolean' | 'json' | 'timestamp';
                }
              | {
                  /** @constant */
                  kind: 'literal';
                  value: string | number | boolean;
                }
            )[];
          };
    }[];
    /** @description What must not leave as it is; docs/models.md says what a hash promises. */
    Privacy: {
      /**
       * @description Properties that are left out.
       * @default []
       */
      drop: {
        /**
         * @description event: the event's properties. person: its person_properties.
         * @enum {string}
         */
        source: 'event' | 'person';
        /** @description `*` stands for any characters of a name, `\*` for itself. */
        path: string[];
      }[];
      /**
       * @description Properties whose value becomes its keyed hash.
       * @default []
       */
      hash: {
        /**
         * @description event: the event's properties. person: its person_properties.
         * @enum {string}
         */
        source: 'event' | 'person';
        /** @description `*` stands for any characters of a name, `\*` for itself. */
        path: string[];
      }[];
      /** @default false */
      hash_distinct_id: boolean;
      /** @default false */
      hash_person_id: boolean;
    };
    Destination: {
      /** Format: uuid */
      id: string;
      /** @description Grows with each change. */
      version: number;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      updated_at: string;
      kind: string;
      name: string;
      /** @description Secrets read { "configured": true }. */
      config: {
        [key: string]: unknown;
      };
    };
    Export: {
      /** Format: uuid */
      id: string;
      /** @description Grows with each change. */
      version: number;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      updated_at: string;
      name: string;
      /** Format: uuid */
      destination_id: string;
      /** @enum {string} */
      model: 'events' | 'sql';
      /** @description Of the model `sql`. */
      query: string | null;
      /** @description Columns that identify a row; null: those of the model. */
      key: string[] | null;
      version_column: string | null;
      /**
       * @description How often, and how much, is exported.
       * @enum {string}
       */
      interval: '1m' | '5m' | '15m' | 'hour' | 'day' | 'week';
      /** @description IANA name, for example Europe/Berlin. Its clock decides when a day or a week ends. */
      time_zone: string;
      /** @description Local hour at which a day or a week ends. Shorter intervals have none. */
      hour_offset: number;
      /** @description Day on which a week ends: 0 is Sunday. Only weeks have one. */
      weekday_offset: number;
      /** @description A run starts up to this long after its interval's end, and never an interval later. Its bounds stay. */
      jitter_seconds: number;
      start_at: string | null;
      end_at: string | null;
      filter: {
        /** @description Only these events. */
        include_events?: string[];
        /** @description Not these events; wins over include_events. */
        exclude_events?: string[];
        properties?: components['schemas']['PropertyFilters'];
      };
      /** @description null: rows of a table, which have no file format. */
      format: {
        /** @enum {string} */
        file_format: 'parquet' | 'jsonl' | 'csv' | 'arrow';
        /** @enum {string} */
        compression: 'zstd' | 'gzip' | 'snappy' | 'lz4' | 'none';
      } | null;
      /**
       * @description append: every row is added. merge: a row replaces the one with its key unless that is newer.
       * @enum {string}
       */
      mode: 'append' | 'merge';
      max_file_mb: number | null;
      columns: components['schemas']['Columns'] | null;
      privacy: components['schemas']['Privacy'] | null;
      paused: boolean;
      /** @description auto: Sluice, because its runs kept failing. */
      paused_by: ('user' | 'auto') | null;
      pause_reason: {
        code: string;
        message: string;
        remedy: string | null;
        /** @description Runs in a row that failed so. */
        failures: number;
        /**
         * Format: uuid
         * @description The last of them.
         */
        run_id: string;
        /**
         * @description destination: a connection check that passes resumes the export. export: change its settings, then resume it.
         * @enum {string}
         */
        about: 'destination' | 'export';
        /** Format: date-time */
        at: string;
      } | null;
    };
    OnDemandExport: {
      name: string;
      /** @enum {string} */
      model: 'events' | 'sql';
      /** @description Of the model `sql`. */
      query: string | null;
      /** @description Columns that identify a row; null: those of the model. */
      key: string[] | null;
      version_column: string | null;
      filter: {
        /** @description Only these events. */
        include_events?: string[];
        /** @description Not these events; wins over include_events. */
        exclude_events?: string[];
        properties?: components['schemas']['PropertyFilters'];
      };
      columns: components['schemas']['Columns'] | null;
      privacy: components['schemas']['Privacy'] | null;
      /** @description null: rows of a table, which have no file format. */
      format: {
        /** @enum {string} */
        file_format: 'parquet' | 'jsonl' | 'csv' | 'arrow';
        /** @enum {string} */
        compression: 'zstd' | 'gzip' | 'snappy' | 'lz4' | 'none';
      } | null;
      /**
       * @description append: every row is added. merge: a row replaces the one with its key unless that is newer.
       * @enum {string}
       */
      mode: 'append' | 'merge';
      max_file_mb: number | null;
      /** Format: uuid */
      id: string;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      from: string;
      /** Format: date-time */
      to: string;
      /** @description null: it is for download. */
      destination_id: string | null;
      download: boolean;
      /** @description That of its run; queued before it begins, expired when its files are removed. */
      status: string;
      /** @description null: not planned yet. */
      progress: {
        chunks_done: number;
        chunks: number;
        rows_done: number;
        rows: number;
      } | null;
      run: components['schemas']['Run'] | null;
      /** @description Of a download: its links end then, and the files are removed. */
      expires_at: string | null;
      /** @description Of a download that is complete. */
      files: {
        name: string;
        rows: number;
        bytes: number;
        sha256: string;
        /** @description Path of this API. Whoever has it can download until expires_at. */
        url: string;
      }[];
    };
    Webhook: {
      /** Format: uuid */
      id: string;
      /** @description Grows with each change. */
      version: number;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      updated_at: string;
      name: string;
      /**
       * @description What the user wants; for what Sluice thinks of it see its state.
       * @enum {string}
       */
      status: 'active' | 'paused';
      /** @description One of webhook-kinds. */
      kind: string;
      /** @description Of a kind other than generic; secrets read `{ "configured": true }`. */
      inputs: {
        [key: string]: unknown;
      } | null;
      /** @description Without what is secret in it. */
      url: string;
      /**
       * @description `messages`: no events, only what is sent to it. `operations`: what Sluice tells of itself.
       * @enum {string}
       */
      source: 'events' | 'messages' | 'operations';
      operational_events:
        | (
            | 'destination.degraded'
            | 'destination.paused'
            | 'destination.misconfigured'
            | 'destination.throttled'
            | 'destination.gone'
            | 'destination.recovering'
            | 'destination.recovered'
            | 'destination.paused_by_user'
            | 'destination.resumed'
            | 'destination.near_log_ttl'
            | 'delivery.exhausted'
            | 'delivery.lost'
            | 'export.failed'
            | 'export.paused'
            | 'export.rows_unusual'
            | 'backfill.completed'
            | 'replay.completed'
          )[]
        | null;
      events: string[] | null;
      exclude_events: string[] | null;
      properties: components['schemas']['PropertyFilters'] | null;
      sample: {
        /** @description Share of the matching events. */
        percent: number;
        /**
         * @description person: a person is wholly in or out. event: each event for itself.
         * @default person
         * @enum {string}
         */
        by: 'person' | 'event';
      } | null;
      mask: {
        /** @description At most one event in so long, up to 30 days. */
        every_seconds: number;
        /**
         * @description Of what at most one event is sent: each person, each distinct id, or each value of a property.
         * @default person
         */
        by:
          | ('person' | 'distinct_id')
          | {
              /**
               * @description Of whom it is a property.
               * @default event
               * @enum {string}
               */
              source: 'event' | 'person';
              /** @description Names of members, from the outside in. An event without the property is not masked. */
              path: string[];
            };
      } | null;
      batch: {
        /** @description Events in one request. */
        max_events: number;
        /**
         * @description How long the first of them waits for others.
         * @default 5
         */
        max_wait_seconds: number;
        /**
         * @description Of the body; an event that is larger is sent alone.
         * @default 1048576
         */
        max_bytes: number;
      } | null;
      posthog_body: {
        /**
         * @description action: a message. hook: the event, as REST hooks of PostHog got it.
         * @enum {string}
         */
        format: 'action' | 'hook';
        /** @description With tokens such as [event], [person], [event.properties.total]; [action.name] is this webhook’s name. */
        message?: string;
        /**
         * Format: uri
         * @description A project in PostHog, where names link to.
         */
        project_url?: string;
      } | null;
      health_thresholds: {
        /** @description Share of attempts that fail; default 0.5. */
        failure_rate?: number;
        /** @description Below so many attempts a rate says nothing; default 10. */
        min_sample?: number;
        /** @description Failures in a row; default 10. */
        consecutive_failures?: number;
        /** @description For at least so long; default 60. */
        failing_seconds?: number;
      } | null;
      ttl_seconds: number | null;
      connect_timeout_ms: number | null;
      headers_timeout_ms: number | null;
      max_open_retries: number | null;
      max_retry_after_seconds: number | null;
      /**
       * @description HTTP method.
       * @enum {string}
       */
      method: 'POST' | 'PUT' | 'PATCH';
      headers: {
        configured: boolean;
      };
      authentication: {
        /** @enum {string} */
        type: 'basic' | 'bearer' | 'oauth2';
      } | null;
      client_certificate: {
        configured: boolean;
      };
      payload: {
        /** @default application/json */
        content_type: string;
        /** @description A JSON document whose strings are Liquid; for content types other than JSON one text. See templates. */
        template:
          | string
          | unknown[]
          | {
              [key: string]: unknown;
            };
      } | null;
      timeout_ms: number;
      max_concurrency: number;
      rate_limit_per_second: number | null;
      retry_schedule_ms: number[] | null;
    };
    BackfillEstimate: {
      /** @description To be exported. */
      intervals: number;
      /** @description Exported already. */
      skipped: number;
      /** @description Without events, and older than the export. */
      empty: number;
      /** @description Stored rows, or those that a query gives; null: they cannot be counted. */
      rows: number | null;
      /** @description How many intervals were counted, of a query: all are taken to be like these. */
      sampled?: number;
      /** @description Uncompressed. */
      bytes: number | null;
      /** @description When nothing throttles it. */
      minutes: number | null;
      /**
       * @description Whose past runs the minutes come from.
       * @enum {string}
       */
      basis: 'this_export' | 'default';
    };
    Backfill: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      export_id: string;
      /** @enum {string} */
      status: 'estimating' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';
      /** @description Why it is paused or has failed. */
      reason: string | null;
      /** Format: date-time */
      range_start: string;
      /** Format: date-time */
      range_end: string;
      /** @enum {string} */
      order: 'newest' | 'oldest';
      parallel: number;
      force: boolean;
      estimate: components['schemas']['BackfillEstimate'] | null;
      progress: {
        intervals: number;
        completed: number;
        skipped: number;
        empty: number;
        failed: number;
        cancelled: number;
        running: number;
        pending: number;
        rows: number;
        bytes: number;
        rows_left: number;
        /** @description Of the intervals, those that need nothing more. */
        percent: number;
        /** @description At the pace of the last ten minutes; null while nobody can tell. */
        seconds_left: number | null;
      };
      /** @description Share of the full pace, and what live work it gives way to. */
      throttle: {
        level: number;
        reason: string | null;
      } | null;
      /** Format: date-time */
      created_at: string;
      finished_at: string | null;
      /** @description Find it in the Temporal UI by this id. */
      workflow_id: string;
    };
    BackfillInterval: {
      /** Format: date-time */
      interval_start: string;
      /** Format: date-time */
      interval_end: string;
      /** @enum {string} */
      status: 'pending' | 'running' | 'completed' | 'skipped' | 'empty' | 'failed' | 'cancelled';
      expected_rows: number | null;
      rows: number;
      bytes: number;
      run_id: string | null;
      error: {
        code: string;
        message: string;
      } | null;
      finished_at: string | null;
    };
    CaptureSettings: {
      /** @description What SDKs of PostHog call `api_host`. */
      host: string;
      /** @description What they call the project API key. Events can be written with it and nothing read: it is public. */
      capture_token: string;
    };
    DestinationKind: {
      kind: string;
      title: string;
      /** @description What arrives where. */
      summary: string;
      /** @enum {string} */
      guarantee: 'exactly_once' | 'at_least_once';
      modes: ('append' | 'merge')[];
      /** @description The first is the default. */
      formats: {
        /** @enum {string} */
        file_format: 'parquet' | 'jsonl' | 'csv' | 'arrow' | 'table';
        /** @enum {string} */
        compression: 'zstd' | 'gzip' | 'snappy' | 'lz4' | 'none';
      }[];
      /** @description JSON Schema of `config`; secrets are `writeOnly`. */
      config_schema: {
        [key: string]: unknown;
      };
    };
    ConnectionCheck: {
      ok: boolean;
      steps: {
        name: string;
        /** @enum {string} */
        status: 'passed' | 'failed' | 'skipped';
        /** @description Of a failed step: what is wrong and what to do. */
        message?: string;
      }[];
    };
    DestinationCheck: {
      ok: boolean;
      steps: {
        name: string;
        /** @enum {string} */
        status: 'passed' | 'failed' | 'skipped';
        /** @description Of a failed step: what is wrong and what to do. */
        message?: string;
      }[];
      /** @description Exports that waited for the destination to work again. */
      resumed_exports: string[];
    };
    Overview: {
      /** Format: date-time */
      generated_at: string;
      sources: {
        /** @description Property $lib; empty for events without. */
        library: string;
        /** @description Of the last hour. */
        events: number;
        /** @description Mean of the last hour. */
        events_per_minute: number;
        /** @description By minute; gaps are zero. */
        points: {
          /** Format: date-time */
          at: string;
          events: number;
        }[];
      }[];
      /** @description Of all of them, also beyond those in `destinations`. */
      totals: {
        webhooks: {
          count: number;
          /** @description In the last 24 hours: events delivered, or rows exported. */
          sent: number;
          /** @description Of the farthest behind which no user has paused; null before the first has sent anything. */
          lag_seconds: number | null;
          /** @description That somebody has to look at. */
          urgent: number;
          /** @description Most first. Of webhooks `paused` (by a user) or the `health` of the endpoint, of exports the `health`, as lists filter. */
          states: {
            state: string;
            count: number;
          }[];
        };
        exports: {
          count: number;
          /** @description In the last 24 hours: events delivered, or rows exported. */
          sent: number;
          /** @description Of the farthest behind which no user has paused; null before the first has sent anything. */
          lag_seconds: number | null;
          /** @description That somebody has to look at. */
          urgent: number;
          /** @description Most first. Of webhooks `paused` (by a user) or the `health` of the endpoint, of exports the `health`, as lists filter. */
          states: {
            state: string;
            count: number;
          }[];
        };
      };
      /** @description At most 100 webhooks and 100 exports: those that somebody has to look at, then those that send most. */
      destinations: {
        /** @enum {string} */
        product: 'webhook' | 'export';
        /**
         * Format: uuid
         * @description The webhook's or the export's.
         */
        id: string;
        name: string;
        kind: string;
        /** @description Of an export. */
        destination: {
          /** Format: uuid */
          id: string;
          name: string;
        } | null;
        /** @description How often an export runs; null of a webhook. */
        interval: string | null;
        /**
         * @description `idle`: nothing was sent in the last 24 hours, or by an export by day or week in two of its intervals. `paused_auto`: by Sluice.
         * @enum {string}
         */
        health: 'healthy' | 'degraded' | 'failing' | 'paused' | 'paused_auto' | 'idle';
        /** @description In more detail: the health of the endpoint, or the status of the last run. */
        state: string;
        /** @description How far behind now everything is settled; null before the first. */
        lag_seconds: number | null;
        /** @description Of attempts, or of runs; null without any. */
        success_rate: number | null;
        /** @description Events delivered, or rows exported. */
        sent: number;
        last_error: {
          code: string;
          message: string;
          remedy: string | null;
        } | null;
        /** @description Of an export whose last run had far more or fewer rows than the same hours of past weeks. */
        unusual_rows: {
          /** @enum {string} */
          kind: 'drop' | 'surge';
          rows: number;
          expected: number;
          low: number;
          high: number;
        } | null;
      }[];
      /** @description Of at most 1,000 webhooks and 1,000 exports, those first that somebody has to look at, then the newest. */
      attention: {
        /** @enum {string} */
        product: 'webhook' | 'export';
        /** Format: uuid */
        id: string;
        name: string;
        /** @enum {string} */
        health: 'healthy' | 'degraded' | 'failing' | 'paused' | 'paused_auto' | 'idle';
        reason: string;
        remedy: string | null;
      }[];
    };
    WebhookSummary: {
      /**
       * @description `idle`: nothing was sent in the last 24 hours, or by an export by day or week in two of its intervals. `paused_auto`: by Sluice.
       * @enum {string}
       */
      health: 'healthy' | 'degraded' | 'failing' | 'paused' | 'paused_auto' | 'idle';
      /** @description In more detail: the health of the endpoint, or the status of the last run. */
      state: string;
      /** @description How far behind now everything is settled; null before the first. */
      lag_seconds: number | null;
      /** @description Of attempts, or of runs; null without any. */
      success_rate: number | null;
      /** @description Events delivered, or rows exported. */
      sent: number;
      last_error: {
        code: string;
        message: string;
        remedy: string | null;
      } | null;
      attempts: number;
      /** @description Events given up. */
      discarded: number;
      open_retries: number;
      last_error_at: string | null;
      /** @description Deliveries in each of the last 24 hours, oldest first. */
      trend: number[];
    };
    ExportSummary: {
      /**
       * @description `idle`: nothing was sent in the last 24 hours, or by an export by day or week in two of its intervals. `paused_auto`: by Sluice.
       * @enum {string}
       */
      health: 'healthy' | 'degraded' | 'failing' | 'paused' | 'paused_auto' | 'idle';
      /** @description In more detail: the health of the endpoint, or the status of the last run. */
      state: string;
      /** @description How far behind now everything is settled; null before the first. */
      lag_seconds: number | null;
      /** @description Of attempts, or of runs; null without any. */
      success_rate: number | null;
      /** @description Events delivered, or rows exported. */
      sent: number;
      last_error: {
        code: string;
        message: string;
        remedy: string | null;
      } | null;
      /** @description Of an export whose last run had far more or fewer rows than the same hours of past weeks. */
      unusual_rows: {
        /** @enum {string} */
        kind: 'drop' | 'surge';
        rows: number;
        expected: number;
        low: number;
        high: number;
      } | null;
      destination: {
        /** Format: uuid */
        id: string;
        name: string;
        kind: string;
      };
      /** @description The one that began last. */
      last_run: {
        /** Format: uuid */
        id: string;
        status: string;
        /** Format: date-time */
        started_at: string;
        finished_at: string | null;
        error: {
          code: string;
          message: string;
          remedy: string | null;
        } | null;
      } | null;
      /** @description Rows of the last 30 runs, oldest first. */
      trend: number[];
    };
    DestinationSummary: {
      /** @description Scheduled exports into it. */
      exports: number;
      /** @description That of the one that needs somebody most; null without any. */
      health: ('healthy' | 'degraded' | 'failing' | 'paused' | 'paused_auto' | 'idle') | null;
      /** @description The export whose health that is. */
      worst: {
        /** Format: uuid */
        id: string;
        name: string;
        interval: string;
        /** @description In more detail: the health of the endpoint, or the status of the last run. */
        state: string;
        last_error: {
          code: string;
          message: string;
          remedy: string | null;
        } | null;
      } | null;
      /** @description Rows of the last 30 runs that ended, of all these exports together, oldest first. */
      trend: number[];
    };
    DestinationItem: {
      /** Format: uuid */
      id: string;
      /** @description Grows with each change. */
      version: number;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      updated_at: string;
      kind: string;
      name: string;
      /** @description Secrets read { "configured": true }. */
      config: {
        [key: string]: unknown;
      };
      summary: components['schemas']['DestinationSummary'] | null;
    };
    DryRun: {
      destination_kind: string;
      /** Format: date-time */
      interval_start: string;
      /** Format: date-time */
      interval_end: string;
      /** @description Of that interval: stored rows, duplicates included; bytes before they are encoded and packed. */
      estimate: {
        rows: number;
        bytes: number;
      };
      columns: {
        name: string;
        /** @description text, json, uuid, bool, integer, decimal, float, date, timestamp or nested. */
        kind: string;
        nullable: boolean;
        /**
         * @description docs/models.md says what each means.
         * @enum {string}
         */
        verdict: 'lossless' | 'widened' | 'limited' | 'truncated' | 'left_out' | 'refused';
        /** @description The column of the table, or of the file. */
        target: {
          name: string;
          type: string;
          exists: boolean;
        } | null;
        /** @description What is changed in values that the column cannot hold. */
        changes: ('nul_removed' | 'surrogates_replaced' | 'not_finite_null')[];
        /** @description For what records may be set aside. */
        set_aside: (
          | 'nul_character'
          | 'lone_surrogate'
          | 'not_finite'
          | 'json_invalid'
          | 'value_too_long'
          | 'json_too_deep'
          | 'time_out_of_range'
          | 'number_out_of_range'
        )[];
        problem: {
          code: string;
          message: string;
          remedy?: string;
        } | null;
      }[];
      /** @description null: there is no table, or it could not be looked at. */
      table: {
        name: string;
        exists: boolean;
        /** @description What a run would create or change; empty when a problem comes first. */
        statements: string[];
      } | null;
      /** @description What would keep a run from writing, as far as that can be found out. */
      problems: {
        code: string;
        message: string;
        remedy?: string;
      }[];
      /** @description null: the destination could not be looked at. */
      sample: {
        /** Format: date-time */
        from: string;
        /** Format: date-time */
        to: string;
        columns: string[];
        /** @description Values as text, every digit and character of them. */
        rows: (string | null)[][];
        /** @description Cells of more than 16,384 characters; they end in … */
        cells_cut: number;
        records_examined: number;
        records_set_aside: {
          reason: string;
          records: number;
        }[];
      } | null;
    };
    ExportItem: {
      /** Format: uuid */
      id: string;
      /** @description Grows with each change. */
      version: number;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      updated_at: string;
      name: string;
      /** Format: uuid */
      destination_id: string;
      /** @enum {string} */
      model: 'events' | 'sql';
      /** @description Of the model `sql`. */
      query: string | null;
      /** @description Columns that identify a row; null: those of the model. */
      key: string[] | null;
      version_column: string | null;
      /**
       * @description How often, and how much, is exported.
       * @enum {string}
       */
      interval: '1m' | '5m' | '15m' | 'hour' | 'day' | 'week';
      /** @description IANA name, for example Europe/Berlin. Its clock decides when a day or a week ends. */
      time_zone: string;
      /** @description Local hour at which a day or a week ends. Shorter intervals have none. */
      hour_offset: number;
      /** @description Day on which a week ends: 0 is Sunday. Only weeks have one. */
      weekday_offset: number;
      /** @description A run starts up to this long after its interval's end, and never an interval later. Its bounds stay. */
      jitter_seconds: number;
      start_at: string | null;
      end_at: string | null;
      filter: {
        /** @description Only these events. */
        include_events?: string[];
        /** @description Not these events; wins over include_events. */
        exclude_events?: string[];
        properties?: components['schemas']['PropertyFilters'];
      };
      /** @description null: rows of a table, which have no file format. */
      format: {
        /** @enum {string} */
        file_format: 'parquet' | 'jsonl' | 'csv' | 'arrow';
        /** @enum {string} */
        compression: 'zstd' | 'gzip' | 'snappy' | 'lz4' | 'none';
      } | null;
      /**
       * @description append: every row is added. merge: a row replaces the one with its key unless that is newer.
       * @enum {string}
       */
      mode: 'append' | 'merge';
      max_file_mb: number | null;
      columns: components['schemas']['Columns'] | null;
      privacy: components['schemas']['Privacy'] | null;
      paused: boolean;
      /** @description auto: Sluice, because its runs kept failing. */
      paused_by: ('user' | 'auto') | null;
      pause_reason: {
        code: string;
        message: string;
        remedy: string | null;
        /** @description Runs in a row that failed so. */
        failures: number;
        /**
         * Format: uuid
         * @description The last of them.
         */
        run_id: string;
        /**
         * @description destination: a connection check that passes resumes the export. export: change its settings, then resume it.
         * @enum {string}
         */
        about: 'destination' | 'export';
        /** Format: date-time */
        at: string;
      } | null;
      summary: components['schemas']['ExportSummary'] | null;
    };
    ExportDetail: {
      /** Format: uuid */
      id: string;
      /** @description Grows with each change. */
      version: number;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      updated_at: string;
      name: string;
      /** Format: uuid */
      destination_id: string;
      /** @enum {string} */
      model: 'events' | 'sql';
      /** @description Of the model `sql`. */
      query: string | null;
      /** @description Columns that identify a row; null: those of the model. */
      key: string[] | null;
      version_column: string | null;
      /**
       * @description How often, and how much, is exported.
       * @enum {string}
       */
      interval: '1m' | '5m' | '15m' | 'hour' | 'day' | 'week';
      /** @description IANA name, for example Europe/Berlin. Its clock decides when a day or a week ends. */
      time_zone: string;
      /** @description Local hour at which a day or a week ends. Shorter intervals have none. */
      hour_offset: number;
      /** @description Day on which a week ends: 0 is Sunday. Only weeks have one. */
      weekday_offset: number;
      /** @description A run starts up to this long after its interval's end, and never an interval later. Its bounds stay. */
      jitter_seconds: number;
      start_at: string | null;
      end_at: string | null;
      filter: {
        /** @description Only these events. */
        include_events?: string[];
        /** @description Not these events; wins over include_events. */
        exclude_events?: string[];
        properties?: components['schemas']['PropertyFilters'];
      };
      /** @description null: rows of a table, which have no file format. */
      format: {
        /** @enum {string} */
        file_format: 'parquet' | 'jsonl' | 'csv' | 'arrow';
        /** @enum {string} */
        compression: 'zstd' | 'gzip' | 'snappy' | 'lz4' | 'none';
      } | null;
      /**
       * @description append: every row is added. merge: a row replaces the one with its key unless that is newer.
       * @enum {string}
       */
      mode: 'append' | 'merge';
      max_file_mb: number | null;
      columns: components['schemas']['Columns'] | null;
      privacy: components['schemas']['Privacy'] | null;
      paused: boolean;
      /** @description auto: Sluice, because its runs kept failing. */
      paused_by: ('user' | 'auto') | null;
      pause_reason: {
        code: string;
        message: string;
        remedy: string | null;
        /** @description Runs in a row that failed so. */
        failures: number;
        /**
         * Format: uuid
         * @description The last of them.
         */
        run_id: string;
        /**
         * @description destination: a connection check that passes resumes the export. export: change its settings, then resume it.
         * @enum {string}
         */
        about: 'destination' | 'export';
        /** Format: date-time */
        at: string;
      } | null;
      completeness: {
        /**
         * Format: date-time
         * @description Everything that was ingested before, since the export exists, is at the destination.
         */
        complete_until: string;
        /** @description From there to now: at least the interval that is not over yet. */
        behind_seconds: number;
      };
      warnings: {
        code: string;
        message: string;
      }[];
    };
    Gap: {
      /** Format: date-time */
      interval_start: string;
      /** Format: date-time */
      interval_end: string;
      /**
       * @description missing: nothing has run it.
       * @enum {string}
       */
      state: 'missing' | 'running' | 'failed';
      /** @description The latest one. */
      run: {
        /** Format: uuid */
        id: string;
        status: string;
        error_code: string | null;
        remedy: string | null;
      } | null;
      /** @description When the gap detector starts it at the earliest; null: it does not, see the remedy and use "run now". */
      next_try_at: string | null;
    };
    Erasure: {
      /** Format: uuid */
      id: string;
      /**
       * @description `incomplete`: something of the person was still being written; ask again.
       * @enum {string}
       */
      status: 'running' | 'completed' | 'incomplete' | 'cancelled';
      requested_by: string;
      /** @description Events that came later are not erased. Null: not begun yet. */
      events_until: string | null;
      erased: {
        /** @enum {string} */
        place: 'event_log' | 'events' | 'delivery_attempts' | 'rejected_records' | 'log_entries' | 'messages' | 'notes';
        rows: number;
      }[];
      /** @description What Sluice cannot reach. */
      not_erased: string[];
      /** Format: date-time */
      created_at: string;
      finished_at: string | null;
    };
    PropertyNames: {
      /** @description The most frequent first, at most 200. */
      event: string[];
      /** @description The most frequent first, at most 200. */
      person: string[];
    };
    QueryCheck: {
      columns: {
        name: string;
        type: string;
        nullable: boolean;
      }[];
      /** @description The first rows; 64-bit integers are text. */
      sample: {
        [key: string]: unknown;
      }[];
      /** @description Rows over the interval; null: too much to be counted in some seconds. */
      rows: number | null;
      /** @description Stored rows that the engine read for the sample. */
      rows_read: number;
      bytes_read: number;
    };
    Quotas: {
      /** @description Grows with each change. */
      version: number;
      /** @description Of today, in UTC. */
      export_rows: {
        /** @description Rows that all exports of the team together may load in a UTC day; null: any number. */
        limit: number | null;
        /** @description By runs that are completed or open, with the rows of their plans. */
        used: number;
        /**
         * Format: date-time
         * @description Runs that have met the quota are repeated then.
         */
        renews_at: string;
      };
    };
    Reconciliation: {
      /** Format: uuid */
      id: string;
      /** Format: date-time */
      from: string;
      /** Format: date-time */
      to: string;
      dry_run: boolean;
      repair_copies: boolean;
      /** @enum {string} */
      trigger: 'manual' | 'schedule';
      /** @enum {string} */
      status: 'running' | 'completed' | 'failed' | 'cancelled';
      intervals_compared: number;
      /** @description Too old to be compared, or being exported at that moment. */
      intervals_skipped: number;
      intervals_differing: number;
      intervals_repaired: number;
      rows_late: number;
      rows_lost: number;
      rows_surplus: number;
      rows_unknown: number;
      rows_gone_from_source: number;
      error_message: string | null;
      /** Format: date-time */
      started_at: string;
      finished_at: string | null;
    };
    ReconciliationDetail: {
      /** Format: uuid */
      id: string;
      /** Format: date-time */
      from: string;
      /** Format: date-time */
      to: string;
      dry_run: boolean;
      repair_copies: boolean;
      /** @enum {string} */
      trigger: 'manual' | 'schedule';
      /** @enum {string} */
      status: 'running' | 'completed' | 'failed' | 'cancelled';
      intervals_compared: number;
      /** @description Too old to be compared, or being exported at that moment. */
      intervals_skipped: number;
      intervals_differing: number;
      intervals_repaired: number;
      rows_late: number;
      rows_lost: number;
      rows_surplus: number;
      rows_unknown: number;
      rows_gone_from_source: number;
      error_message: string | null;
      /** Format: date-time */
      started_at: string;
      finished_at: string | null;
      /** @description Intervals that differed, at most a thousand. */
      repairs: {
        /** Format: date-time */
        interval_start: string;
        /** Format: date-time */
        interval_end: string;
        /** @description Became visible in the source after the interval had been exported. */
        rows_late: number;
        /** @description Were exported and are not at the destination. */
        rows_lost: number;
        /** @description Copies too many at the destination. */
        rows_surplus: number;
        /** @description At the destination, and not of the source: never touched. */
        rows_unknown: number;
        /** @description Were exported and are not in the source any more: never touched. */
        rows_gone_from_source: number;
        /** @enum {string} */
        destination: 'compared' | 'not_readable' | 'failed';
        files: {
          key: string;
          /** @enum {string} */
          problem: 'missing' | 'changed' | 'unexpected';
        }[];
        /** @enum {string} */
        action: 'none' | 'supplement' | 'whole' | 'remove';
        /** @enum {string} */
        status: 'found' | 'repaired' | 'failed' | 'left';
        note: string | null;
        run_id: string | null;
        /** Format: date-time */
        found_at: string;
        repaired_at: string | null;
      }[];
    };
    LateData: {
      /** Format: uuid */
      id: string;
      /** Format: date-time */
      interval_start: string;
      /** Format: date-time */
      interval_end: string;
      rows: number;
      /** @description Sum modulo 2^64 of the hashes of their uuids. */
      hash: string;
      buckets: {
        bucket: number;
        rows: number;
        hash: string;
      }[];
      first_inserted_at: string | null;
      last_inserted_at: string | null;
      /** Format: date-time */
      found_at: string;
      loaded_by_run_id: string | null;
      loaded_at: string | null;
    };
    Invitation: {
      /** Format: uuid */
      id: string;
      /** @description Null for the link of the first start. */
      email: string | null;
      /** @enum {string} */
      role: 'owner' | 'editor' | 'viewer';
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      expires_at: string;
    };
    PasswordReset: {
      /** @description Null: the link is for you to pass on. */
      sent_to: string | null;
      /** @description Good once, until it expires; shown here only. Null: it was sent. */
      url: string | null;
      /** Format: date-time */
      expires_at: string;
    };
    Member: {
      /**
       * Format: uuid
       * @description The user's.
       */
      id: string;
      /** @description Grows with each change. */
      version: number;
      email: string;
      name: string;
      /** @enum {string} */
      role: 'owner' | 'editor' | 'viewer';
      /** Format: date-time */
      created_at: string;
      last_seen_at: string | null;
    };
    WebhookItem: {
      /** Format: uuid */
      id: string;
      /** @description Grows with each change. */
      version: number;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      updated_at: string;
      name: string;
      /**
       * @description What the user wants; for what Sluice thinks of it see its state.
       * @enum {string}
       */
      status: 'active' | 'paused';
      /** @description One of webhook-kinds. */
      kind: string;
      /** @description Of a kind other than generic; secrets read `{ "configured": true }`. */
      inputs: {
        [key: string]: unknown;
      } | null;
      /** @description Without what is secret in it. */
      url: string;
      /**
       * @description `messages`: no events, only what is sent to it. `operations`: what Sluice tells of itself.
       * @enum {string}
       */
      source: 'events' | 'messages' | 'operations';
      operational_events:
        | (
            | 'destination.degraded'
            | 'destination.paused'
            | 'destination.misconfigured'
            | 'destination.throttled'
            | 'destination.gone'
            | 'destination.recovering'
            | 'destination.recovered'
            | 'destination.paused_by_user'
            | 'destination.resumed'
            | 'destination.near_log_ttl'
            | 'delivery.exhausted'
            | 'delivery.lost'
            | 'export.failed'
            | 'export.paused'
            | 'export.rows_unusual'
            | 'backfill.completed'
            | 'replay.completed'
          )[]
        | null;
      events: string[] | null;
      exclude_events: string[] | null;
      properties: components['schemas']['PropertyFilters'] | null;
      sample: {
        /** @description Share of the matching events. */
        percent: number;
        /**
         * @description person: a person is wholly in or out. event: each event for itself.
         * @default person
         * @enum {string}
         */
        by: 'person' | 'event';
      } | null;
      mask: {
        /** @description At most one event in so long, up to 30 days. */
        every_seconds: number;
        /**
         * @description Of what at most one event is sent: each person, each distinct id, or each value of a property.
         * @default person
         */
        by:
          | ('person' | 'distinct_id')
          | {
              /**
               * @description Of whom it is a property.
               * @default event
               * @enum {string}
               */
              source: 'event' | 'person';
              /** @description Names of members, from the outside in. An event without the property is not masked. */
              path: string[];
            };
      } | null;
      batch: {
        /** @description Events in one request. */
        max_events: number;
        /**
         * @description How long the first of them waits for others.
         * @default 5
         */
        max_wait_seconds: number;
        /**
         * @description Of the body; an event that is larger is sent alone.
         * @default 1048576
         */
        max_bytes: number;
      } | null;
      posthog_body: {
        /**
         * @description action: a message. hook: the event, as REST hooks of PostHog got it.
         * @enum {string}
         */
        format: 'action' | 'hook';
        /** @description With tokens such as [event], [person], [event.properties.total]; [action.name] is this webhook’s name. */
        message?: string;
        /**
         * Format: uri
         * @description A project in PostHog, where names link to.
         */
        project_url?: string;
      } | null;
      health_thresholds: {
        /** @description Share of attempts that fail; default 0.5. */
        failure_rate?: number;
        /** @description Below so many attempts a rate says nothing; default 10. */
        min_sample?: number;
        /** @description Failures in a row; default 10. */
        consecutive_failures?: number;
        /** @description For at least so long; default 60. */
        failing_seconds?: number;
      } | null;
      ttl_seconds: number | null;
      connect_timeout_ms: number | null;
      headers_timeout_ms: number | null;
      max_open_retries: number | null;
      max_retry_after_seconds: number | null;
      /**
       * @description HTTP method.
       * @enum {string}
       */
      method: 'POST' | 'PUT' | 'PATCH';
      headers: {
        configured: boolean;
      };
      authentication: {
        /** @enum {string} */
        type: 'basic' | 'bearer' | 'oauth2';
      } | null;
      client_certificate: {
        configured: boolean;
      };
      payload: {
        /** @default application/json */
        content_type: string;
        /** @description A JSON document whose strings are Liquid; for content types other than JSON one text. See templates. */
        template:
          | string
          | unknown[]
          | {
              [key: string]: unknown;
            };
      } | null;
      timeout_ms: number;
      max_concurrency: number;
      rate_limit_per_second: number | null;
      retry_schedule_ms: number[] | null;
      summary: components['schemas']['WebhookSummary'] | null;
    };
    Hook: {
      /** Format: uuid */
      id: string;
      event: string;
      target_url: string;
      /**
       * @description `gone`: the address answered 410.
       * @enum {string}
       */
      state: 'active' | 'unsubscribed' | 'gone' | 'expired';
      expires_at: string | null;
      removed_at: string | null;
      /** Format: date-time */
      created_at: string;
    };
    UnsubscribedHook: {
      /** Format: uuid */
      id: string;
      event: string;
      target_url: string;
      /**
       * @description `gone`: the address answered 410.
       * @enum {string}
       */
      state: 'active' | 'unsubscribed' | 'gone' | 'expired';
      expires_at: string | null;
      removed_at: string | null;
      /** Format: date-time */
      created_at: string;
      /** @description What was left undelivered. */
      undelivered: {
        /** @description Events that wait for another try in workflows. */
        open_retries: number;
        /** @description Matching events from the cursor on: the most that are not sent yet. null: they could not be counted. */
        waiting_events: number | null;
        /** @description Failed events that wait in the log for another try. null: the same. */
        parked: number | null;
      };
    };
    Attempt: {
      /** @description The header of that name; the same over all attempts of an event. */
      webhook_id: string;
      event_uuid: string;
      event_inserted_at: string;
      /** @description 0: nothing was sent. */
      attempt: number;
      /** Format: date-time */
      attempted_at: string;
      /** @enum {string} */
      outcome: 'delivered' | 'retry_scheduled' | 'parked' | 'failed_attempt' | 'discarded' | 'masked';
      status_code: number | null;
      /** @description What the answer means: delivered; retry: again by the schedule; throttled: again, nothing is charged; misconfigured: retried, but you have to act; rejected: never again; gone: the receiver wants no more. Null where nothing was sent. */
      class: ('delivered' | 'retry' | 'throttled' | 'gone' | 'misconfigured' | 'rejected') | null;
      error: {
        code: string;
        message: string;
        /** @description What you can do. */
        remedy: string | null;
      } | null;
      /** @description The whole request; the four below are parts of it, one after the other. */
      duration_ms: number;
      /** @description Looking up the host. Null where that did not happen: also for a literal address. */
      dns_ms: number | null;
      /** @description Connecting; through an egress proxy with the look-up. Null over a connection that was kept from before, and of one that failed. */
      connect_ms: number | null;
      /** @description The TLS handshake. */
      tls_ms: number | null;
      /** @description From the sending of the request to the headers of the response. */
      first_byte_ms: number | null;
      /**
       * @description Lower-case names; of those that may hold a secret only the name. Cut to 3 KiB.
       * @example {
       *       "content-type": "application/json",
       *       "x-request-id": "7c1f",
       *       "set-cookie": "(not shown)"
       *     }
       */
      response_headers: {
        [key: string]: string;
      };
      /** @description Its first 4 KiB. */
      response_body: string;
      /** @description From capture to the end of the response. */
      latency_ms: number;
      next_attempt_at: string | null;
      via: string;
      /** @description With outcome masked: the event that was sent in its place. */
      masked_by: string | null;
    };
    Message: {
      /** Format: uuid */
      id: string;
      event_type: string;
      /** @enum {string} */
      state: 'waiting' | 'held' | 'retrying' | 'parked' | 'delivered' | 'given_up' | 'expired';
      attempts: number;
      /** @description Of a parked message. */
      next_attempt_at: string | null;
      last_status_code: number | null;
      last_error_code: string | null;
      idempotency_key: string | null;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      expires_at: string;
    };
    MessageDetails: {
      /** Format: uuid */
      id: string;
      event_type: string;
      /** @enum {string} */
      state: 'waiting' | 'held' | 'retrying' | 'parked' | 'delivered' | 'given_up' | 'expired';
      attempts: number;
      /** @description Of a parked message. */
      next_attempt_at: string | null;
      last_status_code: number | null;
      last_error_code: string | null;
      idempotency_key: string | null;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      expires_at: string;
      payload: unknown;
      /** @description Newest first, at most 100. */
      delivery_attempts: components['schemas']['Attempt'][];
    };
    NotificationChannel: {
      /** Format: uuid */
      id: string;
      /** @description Grows with each change. */
      version: number;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      updated_at: string;
      /** @enum {string} */
      kind: 'webhook' | 'slack' | 'email';
      name: string;
      /** @description Secrets read { "configured": true }. */
      config: {
        [key: string]: unknown;
      };
      events:
        | (
            | 'export.failed'
            | 'export.recovered'
            | 'export.auto_paused'
            | 'export.resumed'
            | 'export.rows_unusual'
            | 'export.rows_usual'
            | 'destination.near_log_ttl'
            | 'quota.reached'
            | 'webhook.degraded'
            | 'webhook.paused'
            | 'webhook.misconfigured'
            | 'webhook.throttled'
            | 'webhook.gone'
            | 'webhook.recovered'
            | 'webhook.events_lost'
          )[]
        | null;
      enabled: boolean;
    };
    Notification: {
      /** Format: uuid */
      id: string;
      event: string;
      subject: string;
      title: string;
      text: string;
      details: {
        [key: string]: unknown;
      };
      /** @description The page of the console that shows what it is about. */
      console_path: string | null;
      /** Format: date-time */
      created_at: string;
      sends: {
        /** Format: uuid */
        channel_id: string;
        /** @enum {string} */
        status: 'pending' | 'sent' | 'failed' | 'dropped';
        attempts: number;
        /** @description Of the last attempt. */
        error: {
          code: string;
          message: string;
        } | null;
        settled_at: string | null;
      }[];
    };
    RowAnomaly: {
      /** Format: date-time */
      interval_end: string;
      /** Format: uuid */
      run_id: string;
      /** @enum {string} */
      kind: 'drop' | 'surge';
      rows: number;
      /** @description Median of the same time in the eight weeks before. */
      expected: number;
      /** @description Fewer are unusual … */
      low: number;
      /** @description … and so are more. */
      high: number;
      /** Format: date-time */
      found_at: string;
    };
    RejectedRecord: {
      /** Format: uuid */
      uuid: string;
      event: string;
      /** Format: date-time */
      interval_end: string;
      /** Format: date-time */
      inserted_at: string;
      /** Format: date-time */
      rejected_at: string;
      /** @description Column and reason, for example `properties json_too_deep`. */
      reason: string;
      /** @description The row as one JSON object. */
      record: string;
    };
    Replay: {
      /** Format: uuid */
      id: string;
      /** Format: uuid */
      webhook_id: string;
      /** @enum {string} */
      scope: 'event' | 'failed' | 'matched';
      /** @description RFC 3339 UTC with microseconds, a time of ingestion. */
      from: string;
      /** @description RFC 3339 UTC with microseconds, a time of ingestion. */
      until: string;
      /** @enum {string} */
      status: 'running' | 'paused' | 'completed' | 'cancelled';
      /** @description Events, estimated. */
      planned: number;
      /** @description The range is too wide to count all of it in time: more may match. */
      planned_is_minimum: boolean;
      delivered: number;
      /** @description Not taken by the endpoint: given to a retry, parked or given up. */
      failed: number;
      /** @description Gone from the log, masked, or delivered by somebody else meanwhile. */
      skipped: number;
      percent: number;
      eta_seconds: number | null;
      /** @description Everything ingested before is dealt with. */
      settled_until: string;
      workflow_id: string;
      /** Format: date-time */
      created_at: string;
      /** @description Null while an earlier replay of the webhook runs. */
      begun_at: string | null;
      ended_at: string | null;
    };
    RunFile: {
      /**
       * @description Object key, or path below the folder of the destination.
       * @example events/2026/11/21/20261121T110000Z-20261121T120000Z-8c2f6f0e-00000.parquet
       */
      key: string;
      rows: number;
      bytes: number;
      /** @description Of the bytes as stored, lower-case hex. */
      sha256: string;
    };
    SettingsVersion: {
      version: number;
      /** Format: date-time */
      created_at: string;
      /** @description Null: Sluice itself, or nobody knows. */
      by: {
        /** @enum {string} */
        kind: 'user' | 'key';
        name: string;
      } | null;
      /** @description Against the version before; of the first one that is known what is set. */
      changes: {
        field: string;
        before: unknown;
        after: unknown;
        /** @description A secret, of which only this is told: both values are null. */
        secret: boolean;
      }[];
    };
    DeliveryExplanation: {
      event: {
        uuid: string;
        event: string;
        distinct_id: string;
        timestamp: string;
        inserted_at: string;
      };
      /** @description By the filter as it is now. */
      matched: boolean;
      /** @description The setting that keeps the event out. */
      unmatched_by: string | null;
      /** @enum {string} */
      state:
        | 'waiting'
        | 'held'
        | 'retrying'
        | 'parked'
        | 'delivered'
        | 'given_up'
        | 'expired'
        | 'masked'
        | 'not_matched'
        | 'too_early'
        | 'passed';
      /** @description What a waiting event waits for: rate_limit: the rate limit of the webhook, which has a backlog; throttled: the endpoint has asked for patience; careful: the endpoint fails or comes back, and gets few requests at a time. Null: nothing but its turn is known to hold it up. */
      limited_by: ('rate_limit' | 'throttled' | 'careful') | null;
      /** @description The event that was sent in its place, when it is masked. */
      masked_by: string | null;
      /** @description What happens next, or what to do. */
      next: string;
      /** @description Null also while nobody can say: its workflow knows. */
      next_attempt_at: string | null;
      health: string;
      /** @description What was seen when the endpoint got into its health: failures in a row, failure rate, last error. */
      health_evidence: {
        [key: string]: unknown;
      };
      /** @description The header of that name. */
      webhook_id: string;
      /** @description As it would be made now. */
      request: {
        method: string;
        url: string;
        /** @description Values of yours and credentials are left out. */
        headers: {
          [key: string]: string;
        };
        body: string;
        /** @description Why it cannot be made. */
        refusal: {
          code: string;
          message: string;
        } | null;
      };
      /** @description The latest request that the event shared with others. */
      batch: {
        webhook_id: string;
        events: number;
        /** @description Up to 100. */
        event_uuids: string[];
      } | null;
      /** @description Newest first, at most 100. */
      attempts: components['schemas']['Attempt'][];
      /** @description The retries of the event in Temporal. */
      workflow_id: string | null;
    };
    WebhookPreview: {
      event: {
        uuid: string;
        event: string;
        distinct_id: string;
        /** @description Null: nobody captured it. */
        inserted_at: string | null;
      };
      /** @description Null: the newest event of the last 7 days that the webhook would take. Else why an example is shown: none of them matches, they could not be searched in 10 seconds, or its source is not events. */
      example_because: ('none_matches' | 'search_timeout' | 'takes_no_events') | null;
      request: {
        method: string;
        url: string;
        /** @description Values of yours and credentials are left out. */
        headers: {
          [key: string]: string;
        };
        body: string;
        /** @description Why it cannot be made. */
        refusal: {
          code: string;
          message: string;
        } | null;
      };
    };
    DeliveryRetry: {
      /** @description Waited for a retry, which is made now and uses up nothing of the schedule. */
      woken: string[];
      /** @description Sends those that were given up, are parked, or whose retry had ended. */
      replay: components['schemas']['Replay'] | null;
      replayed: string[];
      /** @description delivered: the endpoint has it. not_failed: it was not tried yet, or masked. expired: a message whose time is over. */
      left: {
        /** Format: uuid */
        event_uuid: string;
        /** @enum {string} */
        because: 'delivered' | 'not_failed' | 'not_in_log' | 'expired';
      }[];
    };
    WebhookKind: {
      kind: string;
      title: string;
      /** @description What arrives where. */
      summary: string;
      /** @description The vendor’s own pages. */
      docs: string[];
      /** @description JSON Schema of `inputs`; secrets are `writeOnly`, texts with Liquid have `template: true`. */
      inputs_schema: {
        [key: string]: unknown;
      };
      /** @description Whether the inputs make the request. Otherwise url, method and payload do. */
      owns_request: boolean;
      /** @description Unless the webhook has a limit of its own. */
      rate_limit_per_second: number | null;
      suggested_filter: {
        events?: string[];
        exclude_events?: string[];
      };
      test_event: {
        event: string;
        properties: {
          [key: string]: unknown;
        };
      };
      answers: {
        when: string;
        /** @enum {string} */
        class: 'delivered' | 'retry' | 'throttled' | 'gone' | 'misconfigured' | 'rejected';
        /** @enum {string} */
        fault: 'customer' | 'destination' | 'nobody';
        /** @description The code that attempts show. */
        error: string;
        message: string;
        remedy: string;
      }[];
    };
    WebhookSimulation: {
      /**
       * Format: date-time
       * @description Events from here on were examined.
       */
      from: string;
      /** Format: date-time */
      to: string;
      /** @description Events of the team in that time, whatever the filter. */
      captured: number;
      matched_before: number;
      matched_after: number;
      /** @description Of those, held back by the mask, if nothing had been sent before from. */
      masked_before: number;
      masked_after: number;
      /** @description Events that would match after the change only. */
      begins: {
        count: number;
        /** @description The newest, at most 20. */
        events: {
          uuid: string;
          event: string;
          distinct_id: string;
          /** Format: date-time */
          inserted_at: string;
        }[];
      };
      /** @description Events that match before the change only. */
      ceases: {
        count: number;
        /** @description The newest, at most 20. */
        events: {
          uuid: string;
          event: string;
          distinct_id: string;
          /** Format: date-time */
          inserted_at: string;
        }[];
      };
      /** @description What changes beside the body; what is secret in it looks alike. */
      request: {
        /** @enum {string} */
        part: 'method' | 'url' | 'headers';
        before: string;
        after: string;
      }[];
      payloads: {
        /** @description Events that match before and after and could be rendered in the time there was. */
        compared: number;
        changed: number;
        /** @description At most 20. */
        examples: {
          uuid: string;
          event: string;
          distinct_id: string;
          /** Format: date-time */
          inserted_at: string;
          differences: {
            /** @description JSON pointer; empty for the whole. */
            path: string;
            /** @description JSON; null: not there. */
            before: string | null;
            after: string | null;
          }[];
        }[];
      };
      /** @description Events that cannot be rendered after the change. */
      failed: {
        count: number;
        examples: {
          uuid: string;
          event: string;
          distinct_id: string;
          /** Format: date-time */
          inserted_at: string;
          code: string;
          message: string;
        }[];
      };
    };
    WebhookTest: {
      delivered: boolean;
      status_code: number | null;
      error: {
        code: string;
        message: string;
        remedy: string | null;
      } | null;
      /** @description The whole request; the four below are parts of it, one after the other. */
      duration_ms: number;
      /** @description Looking up the host. Null where that did not happen: also for a literal address. */
      dns_ms: number | null;
      /** @description Connecting; through an egress proxy with the look-up. Null over a connection that was kept from before, and of one that failed. */
      connect_ms: number | null;
      /** @description The TLS handshake. */
      tls_ms: number | null;
      /** @description From the sending of the request to the headers of the response. */
      first_byte_ms: number | null;
      /**
       * @description Lower-case names; of those that may hold a secret only the name. Cut to 3 KiB.
       * @example {
       *       "content-type": "application/json",
       *       "x-request-id": "7c1f",
       *       "set-cookie": "(not shown)"
       *     }
       */
      response_headers: {
        [key: string]: string;
      };
      /** @description Its first 4 KiB. */
      response_body: string;
      request: {
        method: string;
        url: string;
        /** @description Values of yours and credentials are left out. */
        headers: {
          [key: string]: string;
        };
        body: string;
        /** @description Why it cannot be made. */
        refusal: {
          code: string;
          message: string;
        } | null;
      };
    };
    PausedWebhook: {
      /** Format: uuid */
      id: string;
      /** @description Grows with each change. */
      version: number;
      /** Format: date-time */
      created_at: string;
      /** Format: date-time */
      updated_at: string;
      name: string;
      /**
       * @description What the user wants; for what Sluice thinks of it see its state.
       * @enum {string}
       */
      status: 'active' | 'paused';
      /** @description One of webhook-kinds. */
      kind: string;
      /** @description Of a kind other than generic; secrets read `{ "configured": true }`. */
      inputs: {
        [key: string]: unknown;
      } | null;
      /** @description Without what is secret in it. */
      url: string;
      /**
       * @description `messages`: no events, only what is sent to it. `operations`: what Sluice tells of itself.
       * @enum {string}
       */
      source: 'events' | 'messages' | 'operations';
      operational_events:
        | (
            | 'destination.degraded'
            | 'destination.paused'
            | 'destination.misconfigured'
            | 'destination.throttled'
            | 'destination.gone'
            | 'destination.recovering'
            | 'destination.recovered'
            | 'destination.paused_by_user'
            | 'destination.resumed'
            | 'destination.near_log_ttl'
            | 'delivery.exhausted'
            | 'delivery.lost'
            | 'export.failed'
            | 'export.paused'
            | 'export.rows_unusual'
            | 'backfill.completed'
            | 'replay.completed'
          )[]
        | null;
      events: string[] | null;
      exclude_events: string[] | null;
      properties: components['schemas']['PropertyFilters'] | null;
      sample: {
        /** @description Share of the matching events. */
        percent: number;
        /**
         * @description person: a person is wholly in or out. event: each event for itself.
         * @default person
         * @enum {string}
         */
        by: 'person' | 'event';
      } | null;
      mask: {
        /** @description At most one event in so long, up to 30 days. */
        every_seconds: number;
        /**
         * @description Of what at most one event is sent: each person, each distinct id, or each value of a property.
         * @default person
         */
        by:
          | ('person' | 'distinct_id')
          | {
              /**
               * @description Of whom it is a property.
               * @default event
               * @enum {string}
               */
              source: 'event' | 'person';
              /** @description Names of members, from the outside in. An event without the property is not masked. */
              path: string[];
            };
      } | null;
      batch: {
        /** @description Events in one request. */
        max_events: number;
        /**
         * @description How long the first of them waits for others.
         * @default 5
         */
        max_wait_seconds: number;
        /**
         * @description Of the body; an event that is larger is sent alone.
         * @default 1048576
         */
        max_bytes: number;
      } | null;
      posthog_body: {
        /**
         * @description action: a message. hook: the event, as REST hooks of PostHog got it.
         * @enum {string}
         */
        format: 'action' | 'hook';
        /** @description With tokens such as [event], [person], [event.properties.total]; [action.name] is this webhook’s name. */
        message?: string;
        /**
         * Format: uri
         * @description A project in PostHog, where names link to.
         */
        project_url?: string;
      } | null;
      health_thresholds: {
        /** @description Share of attempts that fail; default 0.5. */
        failure_rate?: number;
        /** @description Below so many attempts a rate says nothing; default 10. */
        min_sample?: number;
        /** @description Failures in a row; default 10. */
        consecutive_failures?: number;
        /** @description For at least so long; default 60. */
        failing_seconds?: number;
      } | null;
      ttl_seconds: number | null;
      connect_timeout_ms: number | null;
      headers_timeout_ms: number | null;
      max_open_retries: number | null;
      max_retry_after_seconds: number | null;
      /**
       * @description HTTP method.
       * @enum {string}
       */
      method: 'POST' | 'PUT' | 'PATCH';
      headers: {
        configured: boolean;
      };
      authentication: {
        /** @enum {string} */
        type: 'basic' | 'bearer' | 'oauth2';
      } | null;
      client_certificate: {
        configured: boolean;
      };
      payload: {
        /** @default application/json */
        content_type: string;
        /** @description A JSON document whose strings are Liquid; for content types other than JSON one text. See templates. */
        template:
          | string
          | unknown[]
          | {
              [key: string]: unknown;
            };
      } | null;
      timeout_ms: number;
      max_concurrency: number;
      rate_limit_per_second: number | null;
      retry_schedule_ms: number[] | null;
      /** @description What waits until it is resumed. */
      undelivered: {
        /** @description Events that wait for another try in workflows. */
        open_retries: number;
        /** @description Matching events from the cursor on: the most that are not sent yet. null: they could not be counted. */
        waiting_events: number | null;
        /** @description Failed events that wait in the log for another try. null: the same. */
        parked: number | null;
      };
    };
  };
  responses: never;
  parameters: {
    /** @description The ETag of what was read: refused with version_changed when somebody has changed it since. */
    IfMatch: string;
    /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
    IdempotencyKey: string;
    /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
    SluiceTeam: string;
  };
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  getHealthz: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "status": "ok"
           *     }
           */
          'application/json': {
            /** @enum {string} */
            status: 'ok';
          };
        };
      };
    };
  };
  getReadyz: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "status": "ok",
           *       "away": [
           *         "postgres"
           *       ]
           *     }
           */
          'application/json': {
            /** @enum {string} */
            status: 'ok';
            /** @description Servers that do not answer: events are taken, requests that need one of these are refused. */
            away: ('postgres' | 'temporal')[];
          };
        };
      };
    };
  };
  getDownloads: {
    parameters: {
      query: {
        token: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /** @example null */
          'application/octet-stream': unknown;
        };
      };
    };
  };
  getAuthMethods: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "password": true,
           *       "oidc": {
           *         "name": "orders"
           *       },
           *       "reset_by_mail": true
           *     }
           */
          'application/json': {
            password: boolean;
            oidc: {
              name: string;
            } | null;
            /** @description Whether who has forgotten a password can have a link sent. */
            reset_by_mail: boolean;
          };
        };
      };
    };
  };
  postAuthLogin: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": "ada@example.com",
         *       "password": "correct horse battery"
         *     }
         */
        'application/json': {
          /** Format: email */
          email: string;
          password: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "user": {
           *         "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "email": "email",
           *         "name": "orders"
           *       },
           *       "teams": [
           *         {
           *           "id": 1,
           *           "name": "orders",
           *           "role": "owner"
           *         }
           *       ],
           *       "csrf_token": "q0x9tq1JYb5o3n7b"
           *     }
           */
          'application/json': components['schemas']['Session'];
        };
      };
    };
  };
  getAuthSession: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "user": {
           *         "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "email": "email",
           *         "name": "orders"
           *       },
           *       "teams": [
           *         {
           *           "id": 1,
           *           "name": "orders",
           *           "role": "owner"
           *         }
           *       ],
           *       "csrf_token": "q0x9tq1JYb5o3n7b"
           *     }
           */
          'application/json': components['schemas']['Session'];
        };
      };
    };
  };
  postAuthLogout: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getAuthInvitationsByToken: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        token: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "team": {
           *         "id": 1,
           *         "name": "orders"
           *       },
           *       "email": "email",
           *       "role": "owner",
           *       "expires_at": "2027-11-21T00:00:00.000Z"
           *     }
           */
          'application/json': {
            team: {
              id: number;
              name: string;
            };
            /** @description Null for the first owner, who says it. */
            email: string | null;
            /** @enum {string} */
            role: 'owner' | 'editor' | 'viewer';
            /** Format: date-time */
            expires_at: string;
          };
        };
      };
    };
  };
  postAuthInvitationsByToken: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        token: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "Ada",
         *       "password": "correct horse battery"
         *     }
         */
        'application/json': {
          /** @description Shown in lists and in the Temporal UI. */
          name: string;
          /** @description At least 10 characters. Who has an account already proves it with its password. */
          password: string;
          /**
           * Format: email
           * @description Where the invitation names none.
           */
          email?: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "user": {
           *         "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "email": "email",
           *         "name": "orders"
           *       },
           *       "teams": [
           *         {
           *           "id": 1,
           *           "name": "orders",
           *           "role": "owner"
           *         }
           *       ],
           *       "csrf_token": "q0x9tq1JYb5o3n7b"
           *     }
           */
          'application/json': components['schemas']['Session'];
        };
      };
    };
  };
  postAuthPasswordResets: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": "ada@example.com"
         *     }
         */
        'application/json': {
          /** Format: email */
          email: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getAuthPasswordResetsByToken: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        token: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "email": "email",
           *       "expires_at": "2027-11-21T00:00:00.000Z"
           *     }
           */
          'application/json': {
            email: string;
            /** Format: date-time */
            expires_at: string;
          };
        };
      };
    };
  };
  postAuthPasswordResetsByToken: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        token: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "password": "incorrect horse battery"
         *     }
         */
        'application/json': {
          /** @description At least 10 characters. */
          password: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  postAuthPassword: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "current_password": "correct horse battery",
         *       "password": "incorrect horse battery"
         *     }
         */
        'application/json': {
          current_password: string;
          /** @description At least 10 characters. */
          password: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getAuthOidcStart: {
    parameters: {
      query?: {
        /** @description The page of the console to go on at, such as /webhooks; others are ignored. */
        next?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description To the provider. */
      302: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getAuthOidcCallback: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description To the provider. */
      302: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getMembers: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "version": 3,
           *           "email": "email",
           *           "name": "orders",
           *           "role": "owner",
           *           "created_at": "2026-11-20T09:30:00.000Z",
           *           "last_seen_at": "2026-11-21T12:00:00.000Z"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['Member'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  getMembersById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "email": "email",
           *       "name": "orders",
           *       "role": "owner",
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "last_seen_at": "2026-11-21T12:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Member'];
        };
      };
    };
  };
  deleteMembersById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  patchMembersById: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of what was read: refused with version_changed when somebody has changed it since. */
        'If-Match'?: components['parameters']['IfMatch'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "role": "editor"
         *     }
         */
        'application/json': {
          /** @enum {string} */
          role: 'owner' | 'editor' | 'viewer';
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "email": "email",
           *       "name": "orders",
           *       "role": "owner",
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "last_seen_at": "2026-11-21T12:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Member'];
        };
      };
    };
  };
  postMembersByIdPasswordReset: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "sent_to": "sent to",
           *       "url": "https://example.com/hooks",
           *       "expires_at": "2027-11-21T00:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['PasswordReset'];
        };
      };
    };
  };
  getInvitations: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "email": "email",
           *           "role": "owner",
           *           "created_at": "2026-11-20T09:30:00.000Z",
           *           "expires_at": "2027-11-21T00:00:00.000Z"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['Invitation'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  postInvitations: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "email": "grace@example.com",
         *       "role": "editor"
         *     }
         */
        'application/json': {
          /** Format: email */
          email: string;
          /** @enum {string} */
          role: 'owner' | 'editor' | 'viewer';
        };
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "email": "email",
           *       "role": "owner",
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "expires_at": "2027-11-21T00:00:00.000Z",
           *       "url": "https://example.com/hooks"
           *     }
           */
          'application/json': {
            /** Format: uuid */
            id: string;
            /** @description Null for the link of the first start. */
            email: string | null;
            /** @enum {string} */
            role: 'owner' | 'editor' | 'viewer';
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            expires_at: string;
            /**
             * Format: uri
             * @description Good once, for seven days; shown here only.
             */
            url: string;
          };
        };
      };
    };
  };
  deleteInvitationsById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getApiKeys: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "version": 3,
           *           "name": "orders",
           *           "prefix": "sk_3vQb",
           *           "role": "owner",
           *           "scopes": [
           *             "read"
           *           ],
           *           "created_at": "2026-11-20T09:30:00.000Z",
           *           "created_by": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "expires_at": "2027-11-21T00:00:00.000Z",
           *           "last_used_at": "2026-11-21T12:00:00.000Z"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['ApiKey'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  postApiKeys: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "ci",
         *       "scopes": [
         *         "read",
         *         "write"
         *       ],
         *       "expires_at": "2027-11-21T00:00:00Z"
         *     }
         */
        'application/json': {
          /** @description Shown in lists and in the Temporal UI. */
          name: string;
          /**
           * @default editor
           * @enum {string}
           */
          role?: 'owner' | 'editor' | 'viewer';
          /**
           * @description `write` includes `read` and `hooks`; `admin` includes all. Nothing beyond the role of the key.
           * @default [
           *       "read",
           *       "write"
           *     ]
           */
          scopes?: ('read' | 'write' | 'hooks' | 'admin')[];
          /** @description Null: never. */
          expires_at?: string | null;
        };
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "name": "orders",
           *       "prefix": "sk_3vQb",
           *       "role": "owner",
           *       "scopes": [
           *         "read"
           *       ],
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "created_by": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "expires_at": "2027-11-21T00:00:00.000Z",
           *       "last_used_at": "2026-11-21T12:00:00.000Z",
           *       "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000"
           *     }
           */
          'application/json': {
            /** Format: uuid */
            id: string;
            /** @description Grows with each change. */
            version: number;
            /** @description Shown in lists and in the Temporal UI. */
            name: string;
            /** @description How the key begins. */
            prefix: string;
            /** @enum {string} */
            role: 'owner' | 'editor' | 'viewer';
            /** @description `write` includes `read` and `hooks`; `admin` includes all. Nothing beyond the role of the key. */
            scopes: ('read' | 'write' | 'hooks' | 'admin')[];
            /** Format: date-time */
            created_at: string;
            /** @description A user; null for the operator or another key. */
            created_by: string | null;
            /** @description Null: never. */
            expires_at: string | null;
            /** @description To the minute. */
            last_used_at: string | null;
            /** @description Shown here only. */
            key: string;
          };
        };
      };
    };
  };
  getApiKeysById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "name": "orders",
           *       "prefix": "sk_3vQb",
           *       "role": "owner",
           *       "scopes": [
           *         "read"
           *       ],
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "created_by": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "expires_at": "2027-11-21T00:00:00.000Z",
           *       "last_used_at": "2026-11-21T12:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['ApiKey'];
        };
      };
    };
  };
  deleteApiKeysById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  patchApiKeysById: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of what was read: refused with version_changed when somebody has changed it since. */
        'If-Match'?: components['parameters']['IfMatch'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "name": "ci of the data team"
         *     }
         */
        'application/json': {
          /** @description Shown in lists and in the Temporal UI. */
          name?: string;
          /** @description `write` includes `read` and `hooks`; `admin` includes all. Nothing beyond the role of the key. */
          scopes?: ('read' | 'write' | 'hooks' | 'admin')[];
          /** @description Null: never. */
          expires_at?: string | null;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "name": "orders",
           *       "prefix": "sk_3vQb",
           *       "role": "owner",
           *       "scopes": [
           *         "read"
           *       ],
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "created_by": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "expires_at": "2027-11-21T00:00:00.000Z",
           *       "last_used_at": "2026-11-21T12:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['ApiKey'];
        };
      };
    };
  };
  getAuditLog: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
        /** @description Such as `exports`. */
        resource?: string;
        resource_id?: string;
        actor_id?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "at": "2026-11-21T12:00:00.000Z",
           *           "actor": {
           *             "kind": "user",
           *             "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *             "name": "orders"
           *           },
           *           "action": "action",
           *           "method": "method",
           *           "route": "route",
           *           "resource": "resource",
           *           "resource_id": "resource id",
           *           "version": 3,
           *           "changes": [
           *             {
           *               "field": "field",
           *               "value": "value"
           *             }
           *           ],
           *           "request_id": "request id",
           *           "address": "address"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['AuditEntry'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  getErasures: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "status": "running",
           *           "requested_by": "requested by",
           *           "events_until": "2026-11-21T12:00:00.000Z",
           *           "erased": [
           *             {
           *               "place": "event_log",
           *               "rows": 120000
           *             }
           *           ],
           *           "not_erased": [
           *             "not erased"
           *           ],
           *           "created_at": "2026-11-20T09:30:00.000Z",
           *           "finished_at": "2026-11-21T12:01:07.000Z"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['Erasure'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  postErasures: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "distinct_ids": [
         *         "user-17"
         *       ]
         *     }
         */
        'application/json': {
          /**
           * @description Every distinct_id of the person: ids that belong together are not guessed.
           * @default []
           */
          distinct_ids?: string[];
          /** @default [] */
          person_ids?: string[];
        };
      };
    };
    responses: {
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "status": "running",
           *       "requested_by": "requested by",
           *       "events_until": "2026-11-21T12:00:00.000Z",
           *       "erased": [
           *         {
           *           "place": "event_log",
           *           "rows": 120000
           *         }
           *       ],
           *       "not_erased": [
           *         "not erased"
           *       ],
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "finished_at": "2026-11-21T12:01:07.000Z"
           *     }
           */
          'application/json': components['schemas']['Erasure'];
        };
      };
    };
  };
  getErasuresById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "status": "running",
           *       "requested_by": "requested by",
           *       "events_until": "2026-11-21T12:00:00.000Z",
           *       "erased": [
           *         {
           *           "place": "event_log",
           *           "rows": 120000
           *         }
           *       ],
           *       "not_erased": [
           *         "not erased"
           *       ],
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "finished_at": "2026-11-21T12:01:07.000Z"
           *     }
           */
          'application/json': components['schemas']['Erasure'];
        };
      };
    };
  };
  getDestinationKinds: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "kind": "generic",
           *           "title": "title",
           *           "summary": "summary",
           *           "guarantee": "exactly_once",
           *           "modes": [
           *             "append"
           *           ],
           *           "formats": [
           *             {
           *               "file_format": "parquet",
           *               "compression": "zstd"
           *             }
           *           ],
           *           "config_schema": {}
           *         }
           *       ]
           *     }
           */
          'application/json': {
            items: components['schemas']['DestinationKind'][];
          };
        };
      };
    };
  };
  postDestinationsCheck: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "kind": "s3",
         *       "config": {
         *         "bucket": "acme-lake",
         *         "region": "eu-central-1",
         *         "access_key_id": "AKIAEXAMPLE",
         *         "secret_access_key": "secret"
         *       }
         *     }
         */
        'application/json': {
          kind: string;
          /** @description Fields of the kind; see its documentation. */
          config: {
            [key: string]: unknown;
          };
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "ok": true,
           *       "steps": [
           *         {
           *           "name": "orders",
           *           "status": "passed",
           *           "message": "the store answered 503"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['ConnectionCheck'];
        };
      };
    };
  };
  postDestinationsByIdCheck: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "config": {
         *         "bucket": "acme-data"
         *       }
         *     }
         */
        'application/json': {
          /** @description Fields of the kind; see its documentation. */
          config?: {
            [key: string]: unknown;
          };
        } | null;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "ok": true,
           *       "steps": [
           *         {
           *           "name": "orders",
           *           "status": "passed",
           *           "message": "the store answered 503"
           *         }
           *       ],
           *       "resumed_exports": [
           *         "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11"
           *       ]
           *     }
           */
          'application/json': components['schemas']['DestinationCheck'];
        };
      };
    };
  };
  getDestinations: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
        /** @description Text that is searched for, in any case. */
        q?: string;
        /** @description `name`: without regard to case. */
        sort?: 'newest' | 'oldest' | 'name';
        /** @description Whether each item says how it does; without it `summary` is null. */
        summary?: 'true' | 'false';
        /** @description One of destination-kinds. */
        kind?: string;
        /** @description Of the export into it that needs somebody most; `unused`: no scheduled export goes there. */
        health?: 'healthy' | 'degraded' | 'failing' | 'paused' | 'paused_auto' | 'idle' | 'unused';
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "version": 3,
           *           "created_at": "2026-11-20T09:30:00.000Z",
           *           "updated_at": "2026-11-20T09:30:00.000Z",
           *           "kind": "generic",
           *           "name": "orders",
           *           "config": {},
           *           "summary": {
           *             "exports": 1,
           *             "health": "healthy",
           *             "worst": {
           *               "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *               "name": "orders",
           *               "interval": "interval",
           *               "state": "healthy",
           *               "last_error": {
           *                 "code": "s3_unavailable",
           *                 "message": "the store answered 503",
           *                 "remedy": "Nothing: it is retried."
           *               }
           *             },
           *             "trend": [
           *               1
           *             ]
           *           }
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['DestinationItem'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  postDestinations: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "lake",
         *       "kind": "s3",
         *       "config": {
         *         "bucket": "acme-lake",
         *         "region": "eu-central-1",
         *         "access_key_id": "AKIAEXAMPLE",
         *         "secret_access_key": "secret"
         *       }
         *     }
         */
        'application/json': {
          /** @description See /destination-kinds. */
          kind: string;
          /** @description Shown in lists and in the Temporal UI. */
          name: string;
          /** @description Fields of the kind; see its documentation. */
          config: {
            [key: string]: unknown;
          };
        };
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "updated_at": "2026-11-20T09:30:00.000Z",
           *       "kind": "generic",
           *       "name": "orders",
           *       "config": {}
           *     }
           */
          'application/json': components['schemas']['Destination'];
        };
      };
    };
  };
  getDestinationsById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "updated_at": "2026-11-20T09:30:00.000Z",
           *       "kind": "generic",
           *       "name": "orders",
           *       "config": {}
           *     }
           */
          'application/json': components['schemas']['Destination'];
        };
      };
    };
  };
  deleteDestinationsById: {
    parameters: {
      query?: {
        /** @description Also delete the exports that use it. */
        with_exports?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "name": "orders",
           *       "kind": "generic",
           *       "state": "active",
           *       "needs_with_exports": true,
           *       "exports": [
           *         {
           *           "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "name": "orders",
           *           "state": "active",
           *           "schedule": {
           *             "id": "id",
           *             "removed": true
           *           },
           *           "open_runs": [
           *             {
           *               "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *               "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *               "interval_start": "2026-11-21T11:00:00.000Z",
           *               "interval_end": "2026-11-21T12:00:00.000Z",
           *               "status": "starting",
           *               "trigger": "schedule",
           *               "export_version": 1,
           *               "generation": 1,
           *               "rows_in": 1,
           *               "rows": 120000,
           *               "bytes": 9400000,
           *               "files": 1,
           *               "records_failed": 1,
           *               "kept": true,
           *               "error": null,
           *               "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *               "started_at": "2026-11-21T12:01:00.000Z",
           *               "finished_at": null,
           *               "timings": {}
           *             }
           *           ],
           *           "unexported_intervals": 1,
           *           "left_behind": {
           *             "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *             "destination_name": "destination name",
           *             "kind": "generic",
           *             "location": {},
           *             "intervals": 1,
           *             "rows": 120000,
           *             "bytes": 9400000,
           *             "files": 1,
           *             "latest_files": [
           *               "latest files"
           *             ]
           *           }
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['DestinationDeletion'];
        };
      };
    };
  };
  patchDestinationsById: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of what was read: refused with version_changed when somebody has changed it since. */
        'If-Match'?: components['parameters']['IfMatch'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "name": "lake of the data team",
         *       "config": {
         *         "bucket": "acme-data"
         *       }
         *     }
         */
        'application/json': {
          /** @description Shown in lists and in the Temporal UI. */
          name?: string;
          /** @description Fields of the kind; see its documentation. */
          config?: {
            [key: string]: unknown;
          };
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "updated_at": "2026-11-20T09:30:00.000Z",
           *       "kind": "generic",
           *       "name": "orders",
           *       "config": {}
           *     }
           */
          'application/json': components['schemas']['Destination'];
        };
      };
    };
  };
  getExportsByIdDeletionPlan: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "name": "orders",
           *       "state": "active",
           *       "schedule": {
           *         "id": "id",
           *         "removed": true
           *       },
           *       "open_runs": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "interval_start": "2026-11-21T11:00:00.000Z",
           *           "interval_end": "2026-11-21T12:00:00.000Z",
           *           "status": "starting",
           *           "trigger": "schedule",
           *           "export_version": 1,
           *           "generation": 1,
           *           "rows_in": 1,
           *           "rows": 120000,
           *           "bytes": 9400000,
           *           "files": 1,
           *           "records_failed": 1,
           *           "kept": true,
           *           "error": {
           *             "code": "s3_unavailable",
           *             "message": "the store answered 503",
           *             "remedy": "Nothing: it is retried.",
           *             "fault": "customer",
           *             "step": "step"
           *           },
           *           "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *           "started_at": "2026-11-21T12:01:00.000Z",
           *           "finished_at": "2026-11-21T12:01:07.000Z",
           *           "timings": {}
           *         }
           *       ],
           *       "unexported_intervals": 1,
           *       "left_behind": {
           *         "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "destination_name": "destination name",
           *         "kind": "generic",
           *         "location": {},
           *         "intervals": 1,
           *         "rows": 120000,
           *         "bytes": 9400000,
           *         "files": 1,
           *         "latest_files": [
           *           "latest files"
           *         ]
           *       }
           *     }
           */
          'application/json': components['schemas']['ExportDeletion'];
        };
      };
    };
  };
  getExportsById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "updated_at": "2026-11-20T09:30:00.000Z",
           *       "name": "orders",
           *       "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "model": "events",
           *       "query": "query",
           *       "key": [
           *         "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000"
           *       ],
           *       "version_column": "version column",
           *       "interval": "1m",
           *       "time_zone": "UTC",
           *       "hour_offset": 0,
           *       "weekday_offset": 1,
           *       "jitter_seconds": 1,
           *       "start_at": "2026-11-21T12:00:00.000Z",
           *       "end_at": "2026-11-21T12:00:00.000Z",
           *       "filter": {
           *         "include_events": [
           *           "include events"
           *         ],
           *         "exclude_events": [
           *           "exclude events"
           *         ],
           *         "properties": [
           *           {
           *             "operator": "is_set",
           *             "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *             "source": "event"
           *           }
           *         ]
           *       },
           *       "format": {
           *         "file_format": "parquet",
           *         "compression": "zstd"
           *       },
           *       "mode": "append",
           *       "max_file_mb": 1,
           *       "columns": [
           *         {
           *           "name": "orders",
           *           "from": {
           *             "kind": "column",
           *             "column": "uuid"
           *           }
           *         }
           *       ],
           *       "privacy": {
           *         "drop": [
           *           {
           *             "source": "event",
           *             "path": [
           *               "path"
           *             ]
           *           }
           *         ],
           *         "hash": [
           *           {
           *             "source": "event",
           *             "path": [
           *               "path"
           *             ]
           *           }
           *         ],
           *         "hash_distinct_id": true,
           *         "hash_person_id": true
           *       },
           *       "paused": true,
           *       "paused_by": "user",
           *       "pause_reason": {
           *         "code": "s3_unavailable",
           *         "message": "the store answered 503",
           *         "remedy": "Nothing: it is retried.",
           *         "failures": 1,
           *         "run_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "about": "destination",
           *         "at": "2026-11-21T12:00:00.000Z"
           *       },
           *       "completeness": {
           *         "complete_until": "2026-11-21T12:00:00.000Z",
           *         "behind_seconds": 1
           *       },
           *       "warnings": [
           *         {
           *           "code": "s3_unavailable",
           *           "message": "the store answered 503"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['ExportDetail'];
        };
      };
    };
  };
  deleteExportsById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "name": "orders",
           *       "state": "active",
           *       "schedule": {
           *         "id": "id",
           *         "removed": true
           *       },
           *       "open_runs": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "interval_start": "2026-11-21T11:00:00.000Z",
           *           "interval_end": "2026-11-21T12:00:00.000Z",
           *           "status": "starting",
           *           "trigger": "schedule",
           *           "export_version": 1,
           *           "generation": 1,
           *           "rows_in": 1,
           *           "rows": 120000,
           *           "bytes": 9400000,
           *           "files": 1,
           *           "records_failed": 1,
           *           "kept": true,
           *           "error": {
           *             "code": "s3_unavailable",
           *             "message": "the store answered 503",
           *             "remedy": "Nothing: it is retried.",
           *             "fault": "customer",
           *             "step": "step"
           *           },
           *           "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *           "started_at": "2026-11-21T12:01:00.000Z",
           *           "finished_at": "2026-11-21T12:01:07.000Z",
           *           "timings": {}
           *         }
           *       ],
           *       "unexported_intervals": 1,
           *       "left_behind": {
           *         "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "destination_name": "destination name",
           *         "kind": "generic",
           *         "location": {},
           *         "intervals": 1,
           *         "rows": 120000,
           *         "bytes": 9400000,
           *         "files": 1,
           *         "latest_files": [
           *           "latest files"
           *         ]
           *       }
           *     }
           */
          'application/json': components['schemas']['ExportDeletion'];
        };
      };
    };
  };
  patchExportsById: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of what was read: refused with version_changed when somebody has changed it since. */
        'If-Match'?: components['parameters']['IfMatch'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "name": "orders of Berlin",
         *       "interval": "day",
         *       "time_zone": "Europe/Berlin",
         *       "hour_offset": 4
         *     }
         */
        'application/json': {
          /** @description Shown in lists and in the Temporal UI. */
          name?: string;
          /** @description A SELECT over `events` with {interval_start} and {interval_end}; see docs/sql-model.md. */
          query?: string;
          /** @description Columns of the query that identify a row. */
          key?: string[];
          /** @description With merge: the column whose greater value wins. */
          version_column?: string | null;
          /**
           * @description How often, and how much, is exported.
           * @enum {string}
           */
          interval?: '1m' | '5m' | '15m' | 'hour' | 'day' | 'week';
          /** @description Default: UTC. */
          time_zone?: string;
          /** @description Local hour at which a day or a week ends. Shorter intervals have none. */
          hour_offset?: number;
          /** @description Day on which a week ends: 0 is Sunday. Only weeks have one. */
          weekday_offset?: number;
          /** @description A run starts up to this long after its interval's end, and never an interval later. Its bounds stay. */
          jitter_seconds?: number;
          /** @description The first interval is the first whole one from here on. */
          start_at?: string | null;
          /** @description The last interval is the last one that ends by then. */
          end_at?: string | null;
          filter?: {
            /** @description Only these events. */
            include_events?: string[];
            /** @description Not these events; wins over include_events. */
            exclude_events?: string[];
            properties?: components['schemas']['PropertyFiltersInput'];
          };
          format?: {
            /** @enum {string} */
            file_format: 'parquet' | 'jsonl' | 'csv' | 'arrow';
            /** @enum {string} */
            compression: 'zstd' | 'gzip' | 'snappy' | 'lz4' | 'none';
          };
          /**
           * @description append: every row is added. merge: a row replaces the one with its key unless that is newer.
           * @enum {string}
           */
          mode?: 'append' | 'merge';
          /** @description null removes the limit. */
          max_file_mb?: number | null;
          /** @description null: every column of the model. */
          columns?: components['schemas']['ColumnsInput'] | null;
          /** @description null: everything as it is. */
          privacy?: components['schemas']['PrivacyInput'] | null;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "updated_at": "2026-11-20T09:30:00.000Z",
           *       "name": "orders",
           *       "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "model": "events",
           *       "query": "query",
           *       "key": [
           *         "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000"
           *       ],
           *       "version_column": "version column",
           *       "interval": "1m",
           *       "time_zone": "UTC",
           *       "hour_offset": 0,
           *       "weekday_offset": 1,
           *       "jitter_seconds": 1,
           *       "start_at": "2026-11-21T12:00:00.000Z",
           *       "end_at": "2026-11-21T12:00:00.000Z",
           *       "filter": {
           *         "include_events": [
           *           "include events"
           *         ],
           *         "exclude_events": [
           *           "exclude events"
           *         ],
           *         "properties": [
           *           {
           *             "operator": "is_set",
           *             "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *             "source": "event"
           *           }
           *         ]
           *       },
           *       "format": {
           *         "file_format": "parquet",
           *         "compression": "zstd"
           *       },
           *       "mode": "append",
           *       "max_file_mb": 1,
           *       "columns": [
           *         {
           *           "name": "orders",
           *           "from": {
           *             "kind": "column",
           *             "column": "uuid"
           *           }
           *         }
           *       ],
           *       "privacy": {
           *         "drop": [
           *           {
           *             "source": "event",
           *             "path": [
           *               "path"
           *             ]
           *           }
           *         ],
           *         "hash": [
           *           {
           *             "source": "event",
           *             "path": [
           *               "path"
           *             ]
           *           }
           *         ],
           *         "hash_distinct_id": true,
           *         "hash_person_id": true
           *       },
           *       "paused": true,
           *       "paused_by": "user",
           *       "pause_reason": {
           *         "code": "s3_unavailable",
           *         "message": "the store answered 503",
           *         "remedy": "Nothing: it is retried.",
           *         "failures": 1,
           *         "run_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "about": "destination",
           *         "at": "2026-11-21T12:00:00.000Z"
           *       }
           *     }
           */
          'application/json': components['schemas']['Export'];
        };
      };
    };
  };
  getDestinationsByIdDeletionPlan: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "name": "orders",
           *       "kind": "generic",
           *       "state": "active",
           *       "needs_with_exports": true,
           *       "exports": [
           *         {
           *           "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "name": "orders",
           *           "state": "active",
           *           "schedule": {
           *             "id": "id",
           *             "removed": true
           *           },
           *           "open_runs": [
           *             {
           *               "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *               "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *               "interval_start": "2026-11-21T11:00:00.000Z",
           *               "interval_end": "2026-11-21T12:00:00.000Z",
           *               "status": "starting",
           *               "trigger": "schedule",
           *               "export_version": 1,
           *               "generation": 1,
           *               "rows_in": 1,
           *               "rows": 120000,
           *               "bytes": 9400000,
           *               "files": 1,
           *               "records_failed": 1,
           *               "kept": true,
           *               "error": null,
           *               "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *               "started_at": "2026-11-21T12:01:00.000Z",
           *               "finished_at": null,
           *               "timings": {}
           *             }
           *           ],
           *           "unexported_intervals": 1,
           *           "left_behind": {
           *             "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *             "destination_name": "destination name",
           *             "kind": "generic",
           *             "location": {},
           *             "intervals": 1,
           *             "rows": 120000,
           *             "bytes": 9400000,
           *             "files": 1,
           *             "latest_files": [
           *               "latest files"
           *             ]
           *           }
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['DestinationDeletion'];
        };
      };
    };
  };
  getWebhooksByIdDeletionPlan: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "webhook_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "name": "orders",
           *       "state": "active",
           *       "workflow": {
           *         "id": "id",
           *         "ended": true
           *       },
           *       "cursor": "2026-11-21T12:00:00.000000Z",
           *       "open_retries": 0,
           *       "waiting_events": 1,
           *       "parked": 1,
           *       "restorable_until": "2026-11-21T12:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['WebhookDeletion'];
        };
      };
    };
  };
  getWebhooksById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "updated_at": "2026-11-20T09:30:00.000Z",
           *       "name": "orders",
           *       "status": "active",
           *       "kind": "generic",
           *       "inputs": {},
           *       "url": "https://example.com/hooks",
           *       "source": "events",
           *       "operational_events": [
           *         "destination.degraded"
           *       ],
           *       "events": [
           *         "events"
           *       ],
           *       "exclude_events": [
           *         "exclude events"
           *       ],
           *       "properties": [
           *         {
           *           "operator": "is_set",
           *           "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *           "source": "event"
           *         }
           *       ],
           *       "sample": {
           *         "percent": 1,
           *         "by": "person"
           *       },
           *       "mask": {
           *         "every_seconds": 1,
           *         "by": "person"
           *       },
           *       "batch": {
           *         "max_events": 2,
           *         "max_wait_seconds": 1,
           *         "max_bytes": 1024
           *       },
           *       "posthog_body": {
           *         "format": "action",
           *         "message": "the store answered 503",
           *         "project_url": "https://example.com/hooks"
           *       },
           *       "health_thresholds": {
           *         "failure_rate": 1,
           *         "min_sample": 1,
           *         "consecutive_failures": 1,
           *         "failing_seconds": 1
           *       },
           *       "ttl_seconds": 10,
           *       "connect_timeout_ms": 5000,
           *       "headers_timeout_ms": 10000,
           *       "max_open_retries": 100,
           *       "max_retry_after_seconds": 3600,
           *       "method": "POST",
           *       "headers": {
           *         "configured": true
           *       },
           *       "authentication": {
           *         "type": "basic"
           *       },
           *       "client_certificate": {
           *         "configured": true
           *       },
           *       "payload": {
           *         "content_type": "application/json",
           *         "template": "template"
           *       },
           *       "timeout_ms": 15000,
           *       "max_concurrency": 16,
           *       "rate_limit_per_second": 1,
           *       "retry_schedule_ms": [
           *         1
           *       ]
           *     }
           */
          'application/json': components['schemas']['Webhook'];
        };
      };
    };
  };
  deleteWebhooksById: {
    parameters: {
      query?: {
        /** @description Forget its secrets and its backlog at once: no way back. */
        forget?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "webhook_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "name": "orders",
           *       "state": "active",
           *       "workflow": {
           *         "id": "id",
           *         "ended": true
           *       },
           *       "cursor": "2026-11-21T12:00:00.000000Z",
           *       "open_retries": 0,
           *       "waiting_events": 1,
           *       "parked": 1,
           *       "restorable_until": "2026-11-21T12:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['WebhookDeletion'];
        };
      };
    };
  };
  patchWebhooksById: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of what was read: refused with version_changed when somebody has changed it since. */
        'If-Match'?: components['parameters']['IfMatch'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "url": "https://example.com/hooks/v2",
         *       "timeout_ms": 10000,
         *       "events": null
         *     }
         */
        'application/json': {
          /** @description Shown in lists and in the Temporal UI. */
          name?: string;
          operational_events?:
            | (
                | 'destination.degraded'
                | 'destination.paused'
                | 'destination.misconfigured'
                | 'destination.throttled'
                | 'destination.gone'
                | 'destination.recovering'
                | 'destination.recovered'
                | 'destination.paused_by_user'
                | 'destination.resumed'
                | 'destination.near_log_ttl'
                | 'delivery.exhausted'
                | 'delivery.lost'
                | 'export.failed'
                | 'export.paused'
                | 'export.rows_unusual'
                | 'backfill.completed'
                | 'replay.completed'
              )[]
            | null;
          /** @description Settings of a kind other than generic, which make its request; see webhook-kinds. In a change, fields that are left out stay and null removes one. */
          inputs?: {
            [key: string]: unknown;
          };
          /** @description Receives a request per event. Of the kind generic only. */
          url?: string;
          events?: string[] | null;
          exclude_events?: string[] | null;
          properties?: components['schemas']['PropertyFiltersInput'] | null;
          sample?: {
            /** @description Share of the matching events. */
            percent: number;
            /**
             * @description person: a person is wholly in or out. event: each event for itself.
             * @default person
             * @enum {string}
             */
            by?: 'person' | 'event';
          } | null;
          mask?: {
            /** @description At most one event in so long, up to 30 days. */
            every_seconds: number;
            /**
             * @description Of what at most one event is sent: each person, each distinct id, or each value of a property.
             * @default person
             */
            by?:
              | ('person' | 'distinct_id')
              | {
                  /**
                   * @description Of whom it is a property.
                   * @default event
                   * @enum {string}
                   */
                  source?: 'event' | 'person';
                  /** @description Names of members, from the outside in. An event without the property is not masked. */
                  path: string[];
                };
          } | null;
          batch?: {
            /** @description Events in one request. */
            max_events: number;
            /**
             * @description How long the first of them waits for others.
             * @default 5
             */
            max_wait_seconds?: number;
            /**
             * @description Of the body; an event that is larger is sent alone.
             * @default 1048576
             */
            max_bytes?: number;
          } | null;
          posthog_body?: {
            /**
             * @description action: a message. hook: the event, as REST hooks of PostHog got it.
             * @enum {string}
             */
            format: 'action' | 'hook';
            /** @description With tokens such as [event], [person], [event.properties.total]; [action.name] is this webhook’s name. */
            message?: string;
            /**
             * Format: uri
             * @description A project in PostHog, where names link to.
             */
            project_url?: string;
          } | null;
          health_thresholds?: {
            /** @description Share of attempts that fail; default 0.5. */
            failure_rate?: number;
            /** @description Below so many attempts a rate says nothing; default 10. */
            min_sample?: number;
            /** @description Failures in a row; default 10. */
            consecutive_failures?: number;
            /** @description For at least so long; default 60. */
            failing_seconds?: number;
          } | null;
          ttl_seconds?: number | null;
          connect_timeout_ms?: number | null;
          headers_timeout_ms?: number | null;
          max_open_retries?: number | null;
          max_retry_after_seconds?: number | null;
          /**
           * @description HTTP method.
           * @enum {string}
           */
          method?: 'POST' | 'PUT' | 'PATCH';
          headers?: {
            [key: string]: string;
          } | null;
          authentication?:
            | (
                | {
                    /** @enum {string} */
                    type: 'basic';
                    username: string & (unknown & unknown);
                    password: string;
                  }
                | {
                    /** @enum {string} */
                    type: 'bearer';
                    token: string;
                  }
                | {
                    /** @enum {string} */
                    type: 'oauth2';
                    /** @description Asked for access tokens with the client-credentials grant (RFC 6749). */
                    token_url: string;
                    client_id: string;
                    client_secret: string;
                    scope?: string;
                    audience?: string;
                    /**
                     * @description Where the token endpoint expects id and secret.
                     * @default header
                     * @enum {string}
                     */
                    send_in?: 'header' | 'body';
                  }
              )
            | null;
          client_certificate?: {
            certificate: string;
            private_key: string;
          } | null;
          payload?: {
            /** @default application/json */
            content_type?: string;
            /** @description A JSON document whose strings are Liquid; for content types other than JSON one text. See templates. */
            template:
              | string
              | unknown[]
              | {
                  [key: string]: unknown;
                };
          } | null;
          /** @description Time for the whole request. */
          timeout_ms?: number;
          /** @description Requests at the same time. */
          max_concurrency?: number;
          rate_limit_per_second?: number | null;
          retry_schedule_ms?: number[] | null;
          /** @description whsec_… of Standard Webhooks; generated when left out. */
          secret?: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "updated_at": "2026-11-20T09:30:00.000Z",
           *       "name": "orders",
           *       "status": "active",
           *       "kind": "generic",
           *       "inputs": {},
           *       "url": "https://example.com/hooks",
           *       "source": "events",
           *       "operational_events": [
           *         "destination.degraded"
           *       ],
           *       "events": [
           *         "events"
           *       ],
           *       "exclude_events": [
           *         "exclude events"
           *       ],
           *       "properties": [
           *         {
           *           "operator": "is_set",
           *           "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *           "source": "event"
           *         }
           *       ],
           *       "sample": {
           *         "percent": 1,
           *         "by": "person"
           *       },
           *       "mask": {
           *         "every_seconds": 1,
           *         "by": "person"
           *       },
           *       "batch": {
           *         "max_events": 2,
           *         "max_wait_seconds": 1,
           *         "max_bytes": 1024
           *       },
           *       "posthog_body": {
           *         "format": "action",
           *         "message": "the store answered 503",
           *         "project_url": "https://example.com/hooks"
           *       },
           *       "health_thresholds": {
           *         "failure_rate": 1,
           *         "min_sample": 1,
           *         "consecutive_failures": 1,
           *         "failing_seconds": 1
           *       },
           *       "ttl_seconds": 10,
           *       "connect_timeout_ms": 5000,
           *       "headers_timeout_ms": 10000,
           *       "max_open_retries": 100,
           *       "max_retry_after_seconds": 3600,
           *       "method": "POST",
           *       "headers": {
           *         "configured": true
           *       },
           *       "authentication": {
           *         "type": "basic"
           *       },
           *       "client_certificate": {
           *         "configured": true
           *       },
           *       "payload": {
           *         "content_type": "application/json",
           *         "template": "template"
           *       },
           *       "timeout_ms": 15000,
           *       "max_concurrency": 16,
           *       "rate_limit_per_second": 1,
           *       "retry_schedule_ms": [
           *         1
           *       ]
           *     }
           */
          'application/json': components['schemas']['Webhook'];
        };
      };
    };
  };
  postWebhooksByIdRestore: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "updated_at": "2026-11-20T09:30:00.000Z",
           *       "name": "orders",
           *       "status": "active",
           *       "kind": "generic",
           *       "inputs": {},
           *       "url": "https://example.com/hooks",
           *       "source": "events",
           *       "operational_events": [
           *         "destination.degraded"
           *       ],
           *       "events": [
           *         "events"
           *       ],
           *       "exclude_events": [
           *         "exclude events"
           *       ],
           *       "properties": [
           *         {
           *           "operator": "is_set",
           *           "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *           "source": "event"
           *         }
           *       ],
           *       "sample": {
           *         "percent": 1,
           *         "by": "person"
           *       },
           *       "mask": {
           *         "every_seconds": 1,
           *         "by": "person"
           *       },
           *       "batch": {
           *         "max_events": 2,
           *         "max_wait_seconds": 1,
           *         "max_bytes": 1024
           *       },
           *       "posthog_body": {
           *         "format": "action",
           *         "message": "the store answered 503",
           *         "project_url": "https://example.com/hooks"
           *       },
           *       "health_thresholds": {
           *         "failure_rate": 1,
           *         "min_sample": 1,
           *         "consecutive_failures": 1,
           *         "failing_seconds": 1
           *       },
           *       "ttl_seconds": 10,
           *       "connect_timeout_ms": 5000,
           *       "headers_timeout_ms": 10000,
           *       "max_open_retries": 100,
           *       "max_retry_after_seconds": 3600,
           *       "method": "POST",
           *       "headers": {
           *         "configured": true
           *       },
           *       "authentication": {
           *         "type": "basic"
           *       },
           *       "client_certificate": {
           *         "configured": true
           *       },
           *       "payload": {
           *         "content_type": "application/json",
           *         "template": "template"
           *       },
           *       "timeout_ms": 15000,
           *       "max_concurrency": 16,
           *       "rate_limit_per_second": 1,
           *       "retry_schedule_ms": [
           *         1
           *       ]
           *     }
           */
          'application/json': components['schemas']['Webhook'];
        };
      };
    };
  };
  getExports: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
        /** @description Text that is searched for, in any case. */
        q?: string;
        /** @description `name`: without regard to case. */
        sort?: 'newest' | 'oldest' | 'name';
        /** @description Whether each item says how it does; without it `summary` is null. */
        summary?: 'true' | 'false';
        /** @description `paused`: by whomever; `paused_auto`: by Sluice. */
        status?: 'active' | 'paused' | 'paused_auto';
        /** @description Of the destination, such as `s3`. */
        kind?: string;
        destination_id?: string;
        /** @description By the runs of the last 24 hours, or of the last two intervals where those are longer. */
        health?: 'healthy' | 'degraded' | 'failing' | 'paused' | 'paused_auto' | 'idle';
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "version": 3,
           *           "created_at": "2026-11-20T09:30:00.000Z",
           *           "updated_at": "2026-11-20T09:30:00.000Z",
           *           "name": "orders",
           *           "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "model": "events",
           *           "query": "query",
           *           "key": [
           *             "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000"
           *           ],
           *           "version_column": "version column",
           *           "interval": "1m",
           *           "time_zone": "UTC",
           *           "hour_offset": 0,
           *           "weekday_offset": 1,
           *           "jitter_seconds": 1,
           *           "start_at": "2026-11-21T12:00:00.000Z",
           *           "end_at": "2026-11-21T12:00:00.000Z",
           *           "filter": {
           *             "include_events": [
           *               "include events"
           *             ],
           *             "exclude_events": [
           *               "exclude events"
           *             ],
           *             "properties": [
           *               {
           *                 "operator": "is_set",
           *                 "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *                 "source": "event"
           *               }
           *             ]
           *           },
           *           "format": {
           *             "file_format": "parquet",
           *             "compression": "zstd"
           *           },
           *           "mode": "append",
           *           "max_file_mb": 1,
           *           "columns": [
           *             {
           *               "name": "orders",
           *               "from": {
           *                 "kind": "column",
           *                 "column": "uuid"
           *               }
           *             }
           *           ],
           *           "privacy": {
           *             "drop": [
           *               {
           *                 "source": "event",
           *                 "path": [
           *                   "path"
           *                 ]
           *               }
           *             ],
           *             "hash": [
           *               {
           *                 "source": "event",
           *                 "path": [
           *                   "path"
           *                 ]
           *               }
           *             ],
           *             "hash_distinct_id": true,
           *             "hash_person_id": true
           *           },
           *           "paused": true,
           *           "paused_by": "user",
           *           "pause_reason": {
           *             "code": "s3_unavailable",
           *             "message": "the store answered 503",
           *             "remedy": "Nothing: it is retried.",
           *             "failures": 1,
           *             "run_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *             "about": "destination",
           *             "at": "2026-11-21T12:00:00.000Z"
           *           },
           *           "summary": {
           *             "health": "healthy",
           *             "state": "healthy",
           *             "lag_seconds": 1,
           *             "success_rate": 0.997,
           *             "sent": 1,
           *             "last_error": {
           *               "code": "s3_unavailable",
           *               "message": "the store answered 503",
           *               "remedy": "Nothing: it is retried."
           *             },
           *             "unusual_rows": {
           *               "kind": "drop",
           *               "rows": 120000,
           *               "expected": 1,
           *               "low": 1,
           *               "high": 1
           *             },
           *             "destination": {
           *               "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *               "name": "orders",
           *               "kind": "generic"
           *             },
           *             "last_run": {
           *               "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *               "status": "status",
           *               "started_at": "2026-11-21T12:01:00.000Z",
           *               "finished_at": "2026-11-21T12:01:07.000Z",
           *               "error": {
           *                 "code": "s3_unavailable",
           *                 "message": "the store answered 503",
           *                 "remedy": "Nothing: it is retried."
           *               }
           *             },
           *             "trend": [
           *               1
           *             ]
           *           }
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['ExportItem'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  postExports: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "orders",
         *       "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
         *       "interval": "hour",
         *       "filter": {
         *         "include_events": [
         *           "order placed",
         *           "order paid"
         *         ]
         *       },
         *       "format": {
         *         "file_format": "parquet",
         *         "compression": "zstd"
         *       }
         *     }
         */
        'application/json': {
          /** @description Shown in lists and in the Temporal UI. */
          name: string;
          /** Format: uuid */
          destination_id: string;
          /**
           * @default events
           * @enum {string}
           */
          model?: 'events' | 'sql';
          /** @description A SELECT over `events` with {interval_start} and {interval_end}; see docs/sql-model.md. */
          query?: string;
          /** @description Columns of the query that identify a row. */
          key?: string[];
          /** @description With merge: the column whose greater value wins. */
          version_column?: string | null;
          /**
           * @description How often, and how much, is exported.
           * @enum {string}
           */
          interval: '1m' | '5m' | '15m' | 'hour' | 'day' | 'week';
          /** @description Default: UTC. */
          time_zone?: string;
          /** @description Local hour at which a day or a week ends. Shorter intervals have none. */
          hour_offset?: number;
          /** @description Day on which a week ends: 0 is Sunday. Only weeks have one. */
          weekday_offset?: number;
          /** @description A run starts up to this long after its interval's end, and never an interval later. Its bounds stay. */
          jitter_seconds?: number;
          /** @description The first interval is the first whole one from here on. */
          start_at?: string | null;
          /** @description The last interval is the last one that ends by then. */
          end_at?: string | null;
          /** @default {} */
          filter?: {
            /** @description Only these events. */
            include_events?: string[];
            /** @description Not these events; wins over include_events. */
            exclude_events?: string[];
            properties?: components['schemas']['PropertyFiltersInput'];
          };
          /** @description Default: the destination's first format. */
          format?: {
            /** @enum {string} */
            file_format: 'parquet' | 'jsonl' | 'csv' | 'arrow';
            /** @enum {string} */
            compression: 'zstd' | 'gzip' | 'snappy' | 'lz4' | 'none';
          };
          /**
           * @description append: every row is added. merge: a row replaces the one with its key unless that is newer.
           * @default append
           * @enum {string}
           */
          mode?: 'append' | 'merge';
          /** @description Approximate upper size of one file. */
          max_file_mb?: number;
          /**
           * @description null: every column of the model.
           * @default null
           */
          columns?: components['schemas']['ColumnsInput'] | null;
          /** @default null */
          privacy?: components['schemas']['PrivacyInput'] | null;
          /** @default false */
          paused?: boolean;
        };
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "updated_at": "2026-11-20T09:30:00.000Z",
           *       "name": "orders",
           *       "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "model": "events",
           *       "query": "query",
           *       "key": [
           *         "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000"
           *       ],
           *       "version_column": "version column",
           *       "interval": "1m",
           *       "time_zone": "UTC",
           *       "hour_offset": 0,
           *       "weekday_offset": 1,
           *       "jitter_seconds": 1,
           *       "start_at": "2026-11-21T12:00:00.000Z",
           *       "end_at": "2026-11-21T12:00:00.000Z",
           *       "filter": {
           *         "include_events": [
           *           "include events"
           *         ],
           *         "exclude_events": [
           *           "exclude events"
           *         ],
           *         "properties": [
           *           {
           *             "operator": "is_set",
           *             "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *             "source": "event"
           *           }
           *         ]
           *       },
           *       "format": {
           *         "file_format": "parquet",
           *         "compression": "zstd"
           *       },
           *       "mode": "append",
           *       "max_file_mb": 1,
           *       "columns": [
           *         {
           *           "name": "orders",
           *           "from": {
           *             "kind": "column",
           *             "column": "uuid"
           *           }
           *         }
           *       ],
           *       "privacy": {
           *         "drop": [
           *           {
           *             "source": "event",
           *             "path": [
           *               "path"
           *             ]
           *           }
           *         ],
           *         "hash": [
           *           {
           *             "source": "event",
           *             "path": [
           *               "path"
           *             ]
           *           }
           *         ],
           *         "hash_distinct_id": true,
           *         "hash_person_id": true
           *       },
           *       "paused": true,
           *       "paused_by": "user",
           *       "pause_reason": {
           *         "code": "s3_unavailable",
           *         "message": "the store answered 503",
           *         "remedy": "Nothing: it is retried.",
           *         "failures": 1,
           *         "run_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "about": "destination",
           *         "at": "2026-11-21T12:00:00.000Z"
           *       }
           *     }
           */
          'application/json': components['schemas']['Export'];
        };
      };
    };
  };
  postExportsByIdPause: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "updated_at": "2026-11-20T09:30:00.000Z",
           *       "name": "orders",
           *       "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "model": "events",
           *       "query": "query",
           *       "key": [
           *         "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000"
           *       ],
           *       "version_column": "version column",
           *       "interval": "1m",
           *       "time_zone": "UTC",
           *       "hour_offset": 0,
           *       "weekday_offset": 1,
           *       "jitter_seconds": 1,
           *       "start_at": "2026-11-21T12:00:00.000Z",
           *       "end_at": "2026-11-21T12:00:00.000Z",
           *       "filter": {
           *         "include_events": [
           *           "include events"
           *         ],
           *         "exclude_events": [
           *           "exclude events"
           *         ],
           *         "properties": [
           *           {
           *             "operator": "is_set",
           *             "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *             "source": "event"
           *           }
           *         ]
           *       },
           *       "format": {
           *         "file_format": "parquet",
           *         "compression": "zstd"
           *       },
           *       "mode": "append",
           *       "max_file_mb": 1,
           *       "columns": [
           *         {
           *           "name": "orders",
           *           "from": {
           *             "kind": "column",
           *             "column": "uuid"
           *           }
           *         }
           *       ],
           *       "privacy": {
           *         "drop": [
           *           {
           *             "source": "event",
           *             "path": [
           *               "path"
           *             ]
           *           }
           *         ],
           *         "hash": [
           *           {
           *             "source": "event",
           *             "path": [
           *               "path"
           *             ]
           *           }
           *         ],
           *         "hash_distinct_id": true,
           *         "hash_person_id": true
           *       },
           *       "paused": true,
           *       "paused_by": "user",
           *       "pause_reason": {
           *         "code": "s3_unavailable",
           *         "message": "the store answered 503",
           *         "remedy": "Nothing: it is retried.",
           *         "failures": 1,
           *         "run_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "about": "destination",
           *         "at": "2026-11-21T12:00:00.000Z"
           *       }
           *     }
           */
          'application/json': components['schemas']['Export'];
        };
      };
    };
  };
  postExportsByIdResume: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "fill_gap": true
         *     }
         */
        'application/json': {
          /**
           * @description Export the intervals that ended during the pause, too; with false they are given up.
           * @default true
           */
          fill_gap?: boolean;
        } | null;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "updated_at": "2026-11-20T09:30:00.000Z",
           *       "name": "orders",
           *       "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "model": "events",
           *       "query": "query",
           *       "key": [
           *         "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000"
           *       ],
           *       "version_column": "version column",
           *       "interval": "1m",
           *       "time_zone": "UTC",
           *       "hour_offset": 0,
           *       "weekday_offset": 1,
           *       "jitter_seconds": 1,
           *       "start_at": "2026-11-21T12:00:00.000Z",
           *       "end_at": "2026-11-21T12:00:00.000Z",
           *       "filter": {
           *         "include_events": [
           *           "include events"
           *         ],
           *         "exclude_events": [
           *           "exclude events"
           *         ],
           *         "properties": [
           *           {
           *             "operator": "is_set",
           *             "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *             "source": "event"
           *           }
           *         ]
           *       },
           *       "format": {
           *         "file_format": "parquet",
           *         "compression": "zstd"
           *       },
           *       "mode": "append",
           *       "max_file_mb": 1,
           *       "columns": [
           *         {
           *           "name": "orders",
           *           "from": {
           *             "kind": "column",
           *             "column": "uuid"
           *           }
           *         }
           *       ],
           *       "privacy": {
           *         "drop": [
           *           {
           *             "source": "event",
           *             "path": [
           *               "path"
           *             ]
           *           }
           *         ],
           *         "hash": [
           *           {
           *             "source": "event",
           *             "path": [
           *               "path"
           *             ]
           *           }
           *         ],
           *         "hash_distinct_id": true,
           *         "hash_person_id": true
           *       },
           *       "paused": true,
           *       "paused_by": "user",
           *       "pause_reason": {
           *         "code": "s3_unavailable",
           *         "message": "the store answered 503",
           *         "remedy": "Nothing: it is retried.",
           *         "failures": 1,
           *         "run_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "about": "destination",
           *         "at": "2026-11-21T12:00:00.000Z"
           *       }
           *     }
           */
          'application/json': components['schemas']['Export'];
        };
      };
    };
  };
  postExportsDryRun: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
         *       "interval": "hour",
         *       "filter": {
         *         "include_events": [
         *           "order placed",
         *           "order paid"
         *         ]
         *       },
         *       "sample_rows": 5
         *     }
         */
        'application/json': {
          /** @description Shown in lists and in the Temporal UI. */
          name?: string;
          /** Format: uuid */
          destination_id: string;
          /**
           * @default events
           * @enum {string}
           */
          model?: 'events' | 'sql';
          /** @description A SELECT over `events` with {interval_start} and {interval_end}; see docs/sql-model.md. */
          query?: string;
          /** @description Columns of the query that identify a row. */
          key?: string[];
          /** @description With merge: the column whose greater value wins. */
          version_column?: string | null;
          /**
           * @description How often, and how much, is exported.
           * @enum {string}
           */
          interval: '1m' | '5m' | '15m' | 'hour' | 'day' | 'week';
          /** @description Default: UTC. */
          time_zone?: string;
          /** @description Local hour at which a day or a week ends. Shorter intervals have none. */
          hour_offset?: number;
          /** @description Day on which a week ends: 0 is Sunday. Only weeks have one. */
          weekday_offset?: number;
          /** @description A run starts up to this long after its interval's end, and never an interval later. Its bounds stay. */
          jitter_seconds?: number;
          /** @description The first interval is the first whole one from here on. */
          start_at?: string | null;
          /** @description The last interval is the last one that ends by then. */
          end_at?: string | null;
          /** @default {} */
          filter?: {
            /** @description Only these events. */
            include_events?: string[];
            /** @description Not these events; wins over include_events. */
            exclude_events?: string[];
            properties?: components['schemas']['PropertyFiltersInput'];
          };
          /** @description Default: the destination's first format. */
          format?: {
            /** @enum {string} */
            file_format: 'parquet' | 'jsonl' | 'csv' | 'arrow';
            /** @enum {string} */
            compression: 'zstd' | 'gzip' | 'snappy' | 'lz4' | 'none';
          };
          /**
           * @description append: every row is added. merge: a row replaces the one with its key unless that is newer.
           * @default append
           * @enum {string}
           */
          mode?: 'append' | 'merge';
          /** @description Approximate upper size of one file. */
          max_file_mb?: number;
          /**
           * @description null: every column of the model.
           * @default null
           */
          columns?: components['schemas']['ColumnsInput'] | null;
          /** @default null */
          privacy?: components['schemas']['PrivacyInput'] | null;
          /** @default false */
          paused?: boolean;
          /** @default 10 */
          sample_rows?: number;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "destination_kind": "destination kind",
           *       "interval_start": "2026-11-21T11:00:00.000Z",
           *       "interval_end": "2026-11-21T12:00:00.000Z",
           *       "estimate": {
           *         "rows": 120000,
           *         "bytes": 9400000
           *       },
           *       "columns": [
           *         {
           *           "name": "orders",
           *           "kind": "generic",
           *           "nullable": true,
           *           "verdict": "lossless",
           *           "target": {
           *             "name": "orders",
           *             "type": "type",
           *             "exists": true
           *           },
           *           "changes": [
           *             "nul_removed"
           *           ],
           *           "set_aside": [
           *             "nul_character"
           *           ],
           *           "problem": {
           *             "code": "s3_unavailable",
           *             "message": "the store answered 503",
           *             "remedy": "Nothing: it is retried."
           *           }
           *         }
           *       ],
           *       "table": {
           *         "name": "orders",
           *         "exists": true,
           *         "statements": [
           *           "statements"
           *         ]
           *       },
           *       "problems": [
           *         {
           *           "code": "s3_unavailable",
           *           "message": "the store answered 503",
           *           "remedy": "Nothing: it is retried."
           *         }
           *       ],
           *       "sample": {
           *         "from": "2026-11-21T12:00:00.000Z",
           *         "to": "2026-11-21T12:00:00.000Z",
           *         "columns": [
           *           "columns"
           *         ],
           *         "rows": [
           *           [
           *             "rows"
           *           ]
           *         ],
           *         "cells_cut": 1,
           *         "records_examined": 1,
           *         "records_set_aside": [
           *           {
           *             "reason": "reason",
           *             "records": 1
           *           }
           *         ]
           *       }
           *     }
           */
          'application/json': components['schemas']['DryRun'];
        };
      };
    };
  };
  postExportsByIdDryRun: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "sample_rows": 5
         *     }
         */
        'application/json': {
          /** @default 10 */
          sample_rows?: number;
        } | null;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "destination_kind": "destination kind",
           *       "interval_start": "2026-11-21T11:00:00.000Z",
           *       "interval_end": "2026-11-21T12:00:00.000Z",
           *       "estimate": {
           *         "rows": 120000,
           *         "bytes": 9400000
           *       },
           *       "columns": [
           *         {
           *           "name": "orders",
           *           "kind": "generic",
           *           "nullable": true,
           *           "verdict": "lossless",
           *           "target": {
           *             "name": "orders",
           *             "type": "type",
           *             "exists": true
           *           },
           *           "changes": [
           *             "nul_removed"
           *           ],
           *           "set_aside": [
           *             "nul_character"
           *           ],
           *           "problem": {
           *             "code": "s3_unavailable",
           *             "message": "the store answered 503",
           *             "remedy": "Nothing: it is retried."
           *           }
           *         }
           *       ],
           *       "table": {
           *         "name": "orders",
           *         "exists": true,
           *         "statements": [
           *           "statements"
           *         ]
           *       },
           *       "problems": [
           *         {
           *           "code": "s3_unavailable",
           *           "message": "the store answered 503",
           *           "remedy": "Nothing: it is retried."
           *         }
           *       ],
           *       "sample": {
           *         "from": "2026-11-21T12:00:00.000Z",
           *         "to": "2026-11-21T12:00:00.000Z",
           *         "columns": [
           *           "columns"
           *         ],
           *         "rows": [
           *           [
           *             "rows"
           *           ]
           *         ],
           *         "cells_cut": 1,
           *         "records_examined": 1,
           *         "records_set_aside": [
           *           {
           *             "reason": "reason",
           *             "records": 1
           *           }
           *         ]
           *       }
           *     }
           */
          'application/json': components['schemas']['DryRun'];
        };
      };
    };
  };
  getExportsByIdRuns: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
        /** @description Only runs with this status; several are separated by commas. */
        status?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "interval_start": "2026-11-21T11:00:00.000Z",
           *           "interval_end": "2026-11-21T12:00:00.000Z",
           *           "status": "starting",
           *           "trigger": "schedule",
           *           "export_version": 1,
           *           "generation": 1,
           *           "rows_in": 1,
           *           "rows": 120000,
           *           "bytes": 9400000,
           *           "files": 1,
           *           "records_failed": 1,
           *           "kept": true,
           *           "error": {
           *             "code": "s3_unavailable",
           *             "message": "the store answered 503",
           *             "remedy": "Nothing: it is retried.",
           *             "fault": "customer",
           *             "step": "step"
           *           },
           *           "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *           "started_at": "2026-11-21T12:01:00.000Z",
           *           "finished_at": "2026-11-21T12:01:07.000Z",
           *           "timings": {}
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['Run'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  postExportsByIdRun: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "interval_end": "2026-11-21T12:00:00Z"
         *     }
         */
        'application/json': {
          /**
           * Format: date-time
           * @description End of the interval to export. Default: the last one that has ended.
           */
          interval_end?: string;
          /**
           * @description Repeat an interval that has been exported already.
           * @default false
           */
          force?: boolean;
          /**
           * @description Also replace files that have more rows than the source has now and stay, because our database has lost the record of the run that brought them.
           * @default false
           */
          replace_kept?: boolean;
        } | null;
      };
    };
    responses: {
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *       "interval_start": "2026-11-21T11:00:00.000Z",
           *       "interval_end": "2026-11-21T12:00:00.000Z"
           *     }
           */
          'application/json': {
            workflow_id: string;
            /** Format: date-time */
            interval_start: string;
            /** Format: date-time */
            interval_end: string;
          };
        };
      };
    };
  };
  postExportsByIdRerun: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "from": "2026-11-20T00:00:00Z",
         *       "to": "2026-11-21T00:00:00Z",
         *       "config": "original",
         *       "force": true
         *     }
         */
        'application/json': {
          /** Format: date-time */
          from: string;
          /** Format: date-time */
          to: string;
          /**
           * @description The settings to run with: those of the last run of the interval, or those of today.
           * @default current
           * @enum {string}
           */
          config?: 'original' | 'current';
          /**
           * @description Also repeat an interval that has been exported already.
           * @default false
           */
          force?: boolean;
        };
      };
    };
    responses: {
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "started": [
           *         {
           *           "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *           "interval_start": "2026-11-21T11:00:00.000Z",
           *           "interval_end": "2026-11-21T12:00:00.000Z",
           *           "export_version": 1
           *         }
           *       ],
           *       "skipped": [
           *         {
           *           "interval_end": "2026-11-21T12:00:00.000Z",
           *           "reason": "running"
           *         }
           *       ]
           *     }
           */
          'application/json': {
            started: {
              workflow_id: string;
              /** Format: date-time */
              interval_start: string;
              /** Format: date-time */
              interval_end: string;
              /** @description Version of the export that the new run is pinned to. */
              export_version: number;
            }[];
            skipped: {
              /** Format: date-time */
              interval_end: string;
              /** @enum {string} */
              reason: 'running' | 'exported';
            }[];
          };
        };
      };
    };
  };
  getExportsByIdNextRuns: {
    parameters: {
      query?: {
        count?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "paused": true,
           *       "time_zone": "UTC",
           *       "items": [
           *         {
           *           "interval_start": "2026-11-21T11:00:00.000Z",
           *           "interval_end": "2026-11-21T12:00:00.000Z",
           *           "local_start": "local start",
           *           "local_end": "local end"
           *         }
           *       ]
           *     }
           */
          'application/json': {
            /** @description None of them starts while the export is paused. */
            paused: boolean;
            time_zone: string;
            /** @description A run starts at its interval_end, or up to jitter_seconds later. Fewer than asked for: end_at ends the schedule. */
            items: {
              /** Format: date-time */
              interval_start: string;
              /** Format: date-time */
              interval_end: string;
              /** @description With the zone's offset from UTC. */
              local_start: string;
              /** @description With the zone's offset from UTC. */
              local_end: string;
            }[];
          };
        };
      };
    };
  };
  postSchedulePreview: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "interval": "week",
         *       "time_zone": "Europe/Berlin",
         *       "weekday_offset": 1,
         *       "count": 5
         *     }
         */
        'application/json': {
          /**
           * @description How often, and how much, is exported.
           * @enum {string}
           */
          interval: '1m' | '5m' | '15m' | 'hour' | 'day' | 'week';
          /** @description Default: UTC. */
          time_zone?: string;
          /** @description Local hour at which a day or a week ends. Shorter intervals have none. */
          hour_offset?: number;
          /** @description Day on which a week ends: 0 is Sunday. Only weeks have one. */
          weekday_offset?: number;
          /** @description A run starts up to this long after its interval's end, and never an interval later. Its bounds stay. */
          jitter_seconds?: number;
          /** @description The first interval is the first whole one from here on. */
          start_at?: string | null;
          /** @description The last interval is the last one that ends by then. */
          end_at?: string | null;
          /** @default 5 */
          count?: number;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "paused": true,
           *       "time_zone": "UTC",
           *       "items": [
           *         {
           *           "interval_start": "2026-11-21T11:00:00.000Z",
           *           "interval_end": "2026-11-21T12:00:00.000Z",
           *           "local_start": "local start",
           *           "local_end": "local end"
           *         }
           *       ]
           *     }
           */
          'application/json': {
            /** @description None of them starts while the export is paused. */
            paused: boolean;
            time_zone: string;
            /** @description A run starts at its interval_end, or up to jitter_seconds later. Fewer than asked for: end_at ends the schedule. */
            items: {
              /** Format: date-time */
              interval_start: string;
              /** Format: date-time */
              interval_end: string;
              /** @description With the zone's offset from UTC. */
              local_start: string;
              /** @description With the zone's offset from UTC. */
              local_end: string;
            }[];
          };
        };
      };
    };
  };
  getExportsByIdGaps: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "interval_start": "2026-11-21T11:00:00.000Z",
           *           "interval_end": "2026-11-21T12:00:00.000Z",
           *           "state": "missing",
           *           "run": {
           *             "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *             "status": "status",
           *             "error_code": "error code",
           *             "remedy": "Nothing: it is retried."
           *           },
           *           "next_try_at": "2026-11-21T12:00:00.000Z"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['Gap'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  postQueriesCheck: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "query": "SELECT event, count() AS events FROM events WHERE inserted_at >= {interval_start} AND inserted_at < {interval_end} GROUP BY event",
         *       "interval_start": "2026-11-21T11:00:00Z",
         *       "interval_end": "2026-11-21T12:00:00Z"
         *     }
         */
        'application/json': {
          /** @description A SELECT over `events` with {interval_start} and {interval_end}; see docs/sql-model.md. */
          query: string;
          /**
           * Format: date-time
           * @description Default: the beginning of the last whole hour.
           */
          interval_start?: string;
          /**
           * Format: date-time
           * @description Default: the end of the last whole hour.
           */
          interval_end?: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "columns": [
           *         {
           *           "name": "orders",
           *           "type": "type",
           *           "nullable": true
           *         }
           *       ],
           *       "sample": [
           *         {}
           *       ],
           *       "rows": 120000,
           *       "rows_read": 1,
           *       "bytes_read": 1
           *     }
           */
          'application/json': components['schemas']['QueryCheck'];
        };
      };
    };
  };
  getExportsByIdBackfills: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "status": "estimating",
           *           "reason": "reason",
           *           "range_start": "2026-11-21T12:00:00.000Z",
           *           "range_end": "2026-11-21T12:00:00.000Z",
           *           "order": "newest",
           *           "parallel": 1,
           *           "force": true,
           *           "estimate": {
           *             "intervals": 1,
           *             "skipped": 1,
           *             "empty": 1,
           *             "rows": 120000,
           *             "sampled": 1,
           *             "bytes": 9400000,
           *             "minutes": 1,
           *             "basis": "this_export"
           *           },
           *           "progress": {
           *             "intervals": 1,
           *             "completed": 1,
           *             "skipped": 1,
           *             "empty": 1,
           *             "failed": 1,
           *             "cancelled": 1,
           *             "running": 1,
           *             "pending": 1,
           *             "rows": 120000,
           *             "bytes": 9400000,
           *             "rows_left": 1,
           *             "percent": 1,
           *             "seconds_left": 1
           *           },
           *           "throttle": {
           *             "level": 1,
           *             "reason": "reason"
           *           },
           *           "created_at": "2026-11-20T09:30:00.000Z",
           *           "finished_at": "2026-11-21T12:01:07.000Z",
           *           "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['Backfill'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  postExportsByIdBackfills: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "from": "2026-11-20T00:00:00Z",
         *       "to": "2026-11-21T00:00:00Z",
         *       "order": "newest",
         *       "parallel": 2
         *     }
         */
        'application/json': {
          /**
           * Format: date-time
           * @description Ingestion time; moved back to the beginning of its interval.
           */
          from: string;
          /**
           * Format: date-time
           * @description Moved on to the end of its interval, but not beyond the last one that has ended.
           */
          to: string;
          /**
           * @description Which intervals come first.
           * @default newest
           * @enum {string}
           */
          order?: 'newest' | 'oldest';
          /**
           * @description Intervals at the same time.
           * @default 2
           */
          parallel?: number;
          /**
           * @description Also export again what has been exported, in place of it.
           * @default false
           */
          force?: boolean;
          /**
           * @description Only answer the estimate.
           * @default false
           */
          dry_run?: boolean;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "range_start": "2026-11-21T12:00:00.000Z",
           *       "range_end": "2026-11-21T12:00:00.000Z",
           *       "estimate": {
           *         "intervals": 1,
           *         "skipped": 1,
           *         "empty": 1,
           *         "rows": 120000,
           *         "sampled": 1,
           *         "bytes": 9400000,
           *         "minutes": 1,
           *         "basis": "this_export"
           *       }
           *     }
           */
          'application/json': {
            /** Format: date-time */
            range_start: string;
            /** Format: date-time */
            range_end: string;
            estimate: components['schemas']['BackfillEstimate'];
          };
        };
      };
      /** @description Default Response */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "status": "estimating",
           *       "reason": "reason",
           *       "range_start": "2026-11-21T12:00:00.000Z",
           *       "range_end": "2026-11-21T12:00:00.000Z",
           *       "order": "newest",
           *       "parallel": 1,
           *       "force": true,
           *       "estimate": {
           *         "intervals": 1,
           *         "skipped": 1,
           *         "empty": 1,
           *         "rows": 120000,
           *         "sampled": 1,
           *         "bytes": 9400000,
           *         "minutes": 1,
           *         "basis": "this_export"
           *       },
           *       "progress": {
           *         "intervals": 1,
           *         "completed": 1,
           *         "skipped": 1,
           *         "empty": 1,
           *         "failed": 1,
           *         "cancelled": 1,
           *         "running": 1,
           *         "pending": 1,
           *         "rows": 120000,
           *         "bytes": 9400000,
           *         "rows_left": 1,
           *         "percent": 1,
           *         "seconds_left": 1
           *       },
           *       "throttle": {
           *         "level": 1,
           *         "reason": "reason"
           *       },
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "finished_at": "2026-11-21T12:01:07.000Z",
           *       "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z"
           *     }
           */
          'application/json': components['schemas']['Backfill'];
        };
      };
    };
  };
  getBackfillsById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "status": "estimating",
           *       "reason": "reason",
           *       "range_start": "2026-11-21T12:00:00.000Z",
           *       "range_end": "2026-11-21T12:00:00.000Z",
           *       "order": "newest",
           *       "parallel": 1,
           *       "force": true,
           *       "estimate": {
           *         "intervals": 1,
           *         "skipped": 1,
           *         "empty": 1,
           *         "rows": 120000,
           *         "sampled": 1,
           *         "bytes": 9400000,
           *         "minutes": 1,
           *         "basis": "this_export"
           *       },
           *       "progress": {
           *         "intervals": 1,
           *         "completed": 1,
           *         "skipped": 1,
           *         "empty": 1,
           *         "failed": 1,
           *         "cancelled": 1,
           *         "running": 1,
           *         "pending": 1,
           *         "rows": 120000,
           *         "bytes": 9400000,
           *         "rows_left": 1,
           *         "percent": 1,
           *         "seconds_left": 1
           *       },
           *       "throttle": {
           *         "level": 1,
           *         "reason": "reason"
           *       },
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "finished_at": "2026-11-21T12:01:07.000Z",
           *       "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z"
           *     }
           */
          'application/json': components['schemas']['Backfill'];
        };
      };
    };
  };
  getBackfillsByIdIntervals: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
        status?: 'pending' | 'running' | 'completed' | 'skipped' | 'empty' | 'failed' | 'cancelled';
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "interval_start": "2026-11-21T11:00:00.000Z",
           *           "interval_end": "2026-11-21T12:00:00.000Z",
           *           "status": "pending",
           *           "expected_rows": 1,
           *           "rows": 120000,
           *           "bytes": 9400000,
           *           "run_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "error": {
           *             "code": "s3_unavailable",
           *             "message": "the store answered 503"
           *           },
           *           "finished_at": "2026-11-21T12:01:07.000Z"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['BackfillInterval'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  postBackfillsByIdPause: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "status": "estimating",
           *       "reason": "reason",
           *       "range_start": "2026-11-21T12:00:00.000Z",
           *       "range_end": "2026-11-21T12:00:00.000Z",
           *       "order": "newest",
           *       "parallel": 1,
           *       "force": true,
           *       "estimate": {
           *         "intervals": 1,
           *         "skipped": 1,
           *         "empty": 1,
           *         "rows": 120000,
           *         "sampled": 1,
           *         "bytes": 9400000,
           *         "minutes": 1,
           *         "basis": "this_export"
           *       },
           *       "progress": {
           *         "intervals": 1,
           *         "completed": 1,
           *         "skipped": 1,
           *         "empty": 1,
           *         "failed": 1,
           *         "cancelled": 1,
           *         "running": 1,
           *         "pending": 1,
           *         "rows": 120000,
           *         "bytes": 9400000,
           *         "rows_left": 1,
           *         "percent": 1,
           *         "seconds_left": 1
           *       },
           *       "throttle": {
           *         "level": 1,
           *         "reason": "reason"
           *       },
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "finished_at": "2026-11-21T12:01:07.000Z",
           *       "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z"
           *     }
           */
          'application/json': components['schemas']['Backfill'];
        };
      };
    };
  };
  postBackfillsByIdResume: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "status": "estimating",
           *       "reason": "reason",
           *       "range_start": "2026-11-21T12:00:00.000Z",
           *       "range_end": "2026-11-21T12:00:00.000Z",
           *       "order": "newest",
           *       "parallel": 1,
           *       "force": true,
           *       "estimate": {
           *         "intervals": 1,
           *         "skipped": 1,
           *         "empty": 1,
           *         "rows": 120000,
           *         "sampled": 1,
           *         "bytes": 9400000,
           *         "minutes": 1,
           *         "basis": "this_export"
           *       },
           *       "progress": {
           *         "intervals": 1,
           *         "completed": 1,
           *         "skipped": 1,
           *         "empty": 1,
           *         "failed": 1,
           *         "cancelled": 1,
           *         "running": 1,
           *         "pending": 1,
           *         "rows": 120000,
           *         "bytes": 9400000,
           *         "rows_left": 1,
           *         "percent": 1,
           *         "seconds_left": 1
           *       },
           *       "throttle": {
           *         "level": 1,
           *         "reason": "reason"
           *       },
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "finished_at": "2026-11-21T12:01:07.000Z",
           *       "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z"
           *     }
           */
          'application/json': components['schemas']['Backfill'];
        };
      };
    };
  };
  postBackfillsByIdCancel: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "status": "estimating",
           *       "reason": "reason",
           *       "range_start": "2026-11-21T12:00:00.000Z",
           *       "range_end": "2026-11-21T12:00:00.000Z",
           *       "order": "newest",
           *       "parallel": 1,
           *       "force": true,
           *       "estimate": {
           *         "intervals": 1,
           *         "skipped": 1,
           *         "empty": 1,
           *         "rows": 120000,
           *         "sampled": 1,
           *         "bytes": 9400000,
           *         "minutes": 1,
           *         "basis": "this_export"
           *       },
           *       "progress": {
           *         "intervals": 1,
           *         "completed": 1,
           *         "skipped": 1,
           *         "empty": 1,
           *         "failed": 1,
           *         "cancelled": 1,
           *         "running": 1,
           *         "pending": 1,
           *         "rows": 120000,
           *         "bytes": 9400000,
           *         "rows_left": 1,
           *         "percent": 1,
           *         "seconds_left": 1
           *       },
           *       "throttle": {
           *         "level": 1,
           *         "reason": "reason"
           *       },
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "finished_at": "2026-11-21T12:01:07.000Z",
           *       "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z"
           *     }
           */
          'application/json': components['schemas']['Backfill'];
        };
      };
    };
  };
  postBackfillsByIdRetry: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "interval_end": "2026-11-20T13:00:00Z"
         *     }
         */
        'application/json': {
          /**
           * Format: date-time
           * @description Default: all of them.
           */
          interval_end?: string;
        } | null;
      };
    };
    responses: {
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "status": "estimating",
           *       "reason": "reason",
           *       "range_start": "2026-11-21T12:00:00.000Z",
           *       "range_end": "2026-11-21T12:00:00.000Z",
           *       "order": "newest",
           *       "parallel": 1,
           *       "force": true,
           *       "estimate": {
           *         "intervals": 1,
           *         "skipped": 1,
           *         "empty": 1,
           *         "rows": 120000,
           *         "sampled": 1,
           *         "bytes": 9400000,
           *         "minutes": 1,
           *         "basis": "this_export"
           *       },
           *       "progress": {
           *         "intervals": 1,
           *         "completed": 1,
           *         "skipped": 1,
           *         "empty": 1,
           *         "failed": 1,
           *         "cancelled": 1,
           *         "running": 1,
           *         "pending": 1,
           *         "rows": 120000,
           *         "bytes": 9400000,
           *         "rows_left": 1,
           *         "percent": 1,
           *         "seconds_left": 1
           *       },
           *       "throttle": {
           *         "level": 1,
           *         "reason": "reason"
           *       },
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "finished_at": "2026-11-21T12:01:07.000Z",
           *       "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z"
           *     }
           */
          'application/json': components['schemas']['Backfill'];
        };
      };
    };
  };
  postExportsByIdReconcile: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "from": "2026-11-20T00:00:00Z",
         *       "to": "2026-11-21T00:00:00Z",
         *       "dry_run": true
         *     }
         */
        'application/json': {
          /**
           * Format: date-time
           * @description Intervals that begin here or later …
           */
          from: string;
          /**
           * Format: date-time
           * @description … and end here or earlier are compared.
           */
          to: string;
          /**
           * @description Only look; nothing is loaded or deleted.
           * @default false
           */
          dry_run?: boolean;
          /**
           * @description In a warehouse: leave one of several copies of a row. It is written anew, in one transaction.
           * @default false
           */
          repair_copies?: boolean;
        };
      };
    };
    responses: {
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *       "from": "2026-11-21T12:00:00.000Z",
           *       "to": "2026-11-21T12:00:00.000Z"
           *     }
           */
          'application/json': {
            workflow_id: string;
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
          };
        };
      };
    };
  };
  getExportsByIdReconciliations: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "from": "2026-11-21T12:00:00.000Z",
           *           "to": "2026-11-21T12:00:00.000Z",
           *           "dry_run": true,
           *           "repair_copies": true,
           *           "trigger": "manual",
           *           "status": "running",
           *           "intervals_compared": 1,
           *           "intervals_skipped": 1,
           *           "intervals_differing": 1,
           *           "intervals_repaired": 1,
           *           "rows_late": 1,
           *           "rows_lost": 1,
           *           "rows_surplus": 1,
           *           "rows_unknown": 1,
           *           "rows_gone_from_source": 1,
           *           "error_message": "error message",
           *           "started_at": "2026-11-21T12:01:00.000Z",
           *           "finished_at": "2026-11-21T12:01:07.000Z"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['Reconciliation'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  getExportsByIdReconciliationsByReconciliationId: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
        reconciliation_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "from": "2026-11-21T12:00:00.000Z",
           *       "to": "2026-11-21T12:00:00.000Z",
           *       "dry_run": true,
           *       "repair_copies": true,
           *       "trigger": "manual",
           *       "status": "running",
           *       "intervals_compared": 1,
           *       "intervals_skipped": 1,
           *       "intervals_differing": 1,
           *       "intervals_repaired": 1,
           *       "rows_late": 1,
           *       "rows_lost": 1,
           *       "rows_surplus": 1,
           *       "rows_unknown": 1,
           *       "rows_gone_from_source": 1,
           *       "error_message": "error message",
           *       "started_at": "2026-11-21T12:01:00.000Z",
           *       "finished_at": "2026-11-21T12:01:07.000Z",
           *       "repairs": [
           *         {
           *           "interval_start": "2026-11-21T11:00:00.000Z",
           *           "interval_end": "2026-11-21T12:00:00.000Z",
           *           "rows_late": 1,
           *           "rows_lost": 1,
           *           "rows_surplus": 1,
           *           "rows_unknown": 1,
           *           "rows_gone_from_source": 1,
           *           "destination": "compared",
           *           "files": [
           *             {
           *               "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *               "problem": "missing"
           *             }
           *           ],
           *           "action": "none",
           *           "status": "found",
           *           "note": "note",
           *           "run_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "found_at": "2026-11-21T12:00:00.000Z",
           *           "repaired_at": "2026-11-21T12:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['ReconciliationDetail'];
        };
      };
    };
  };
  getExportsByIdLateData: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "interval_start": "2026-11-21T11:00:00.000Z",
           *           "interval_end": "2026-11-21T12:00:00.000Z",
           *           "rows": 120000,
           *           "hash": "hash",
           *           "buckets": [
           *             {
           *               "bucket": 1,
           *               "rows": 120000,
           *               "hash": "hash"
           *             }
           *           ],
           *           "first_inserted_at": "2026-11-21T12:00:00.000Z",
           *           "last_inserted_at": "2026-11-21T12:00:00.000Z",
           *           "found_at": "2026-11-21T12:00:00.000Z",
           *           "loaded_by_run_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "loaded_at": "2026-11-21T12:00:00.000Z"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['LateData'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  getOnDemandExports: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "name": "orders",
           *           "model": "events",
           *           "query": "query",
           *           "key": [
           *             "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000"
           *           ],
           *           "version_column": "version column",
           *           "filter": {
           *             "include_events": [
           *               "include events"
           *             ],
           *             "exclude_events": [
           *               "exclude events"
           *             ],
           *             "properties": [
           *               {
           *                 "operator": "is_set",
           *                 "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *                 "source": "event"
           *               }
           *             ]
           *           },
           *           "columns": [
           *             {
           *               "name": "orders",
           *               "from": {
           *                 "kind": "column",
           *                 "column": "uuid"
           *               }
           *             }
           *           ],
           *           "privacy": {
           *             "drop": [
           *               {
           *                 "source": "event",
           *                 "path": [
           *                   "path"
           *                 ]
           *               }
           *             ],
           *             "hash": [
           *               {
           *                 "source": "event",
           *                 "path": [
           *                   "path"
           *                 ]
           *               }
           *             ],
           *             "hash_distinct_id": true,
           *             "hash_person_id": true
           *           },
           *           "format": {
           *             "file_format": "parquet",
           *             "compression": "zstd"
           *           },
           *           "mode": "append",
           *           "max_file_mb": 1,
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "created_at": "2026-11-20T09:30:00.000Z",
           *           "from": "2026-11-21T12:00:00.000Z",
           *           "to": "2026-11-21T12:00:00.000Z",
           *           "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "download": true,
           *           "status": "status",
           *           "progress": {
           *             "chunks_done": 1,
           *             "chunks": 1,
           *             "rows_done": 1,
           *             "rows": 120000
           *           },
           *           "run": {
           *             "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *             "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *             "interval_start": "2026-11-21T11:00:00.000Z",
           *             "interval_end": "2026-11-21T12:00:00.000Z",
           *             "status": "starting",
           *             "trigger": "schedule",
           *             "export_version": 1,
           *             "generation": 1,
           *             "rows_in": 1,
           *             "rows": 120000,
           *             "bytes": 9400000,
           *             "files": 1,
           *             "records_failed": 1,
           *             "kept": true,
           *             "error": {
           *               "code": "s3_unavailable",
           *               "message": "the store answered 503",
           *               "remedy": "Nothing: it is retried.",
           *               "fault": "customer",
           *               "step": "step"
           *             },
           *             "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *             "started_at": "2026-11-21T12:01:00.000Z",
           *             "finished_at": "2026-11-21T12:01:07.000Z",
           *             "timings": {}
           *           },
           *           "expires_at": "2027-11-21T00:00:00.000Z",
           *           "files": [
           *             {
           *               "name": "orders",
           *               "rows": 120000,
           *               "bytes": 9400000,
           *               "sha256": "sha256",
           *               "url": "https://example.com/hooks"
           *             }
           *           ]
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['OnDemandExport'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  postOnDemandExports: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "from": "2026-11-20T00:00:00Z",
         *       "to": "2026-11-21T00:00:00Z",
         *       "filter": {
         *         "include_events": [
         *           "order placed",
         *           "order paid"
         *         ]
         *       },
         *       "download": true
         *     }
         */
        'application/json': {
          /**
           * @description Shown in lists and in the Temporal UI.
           * @default on demand
           */
          name?: string;
          /**
           * @description Default: events.
           * @enum {string}
           */
          model?: 'events' | 'sql';
          /** @description A SELECT over `events` with {interval_start} and {interval_end}; see docs/sql-model.md. */
          query?: string;
          /** @description Columns of the query that identify a row. */
          key?: string[];
          /** @description With merge: the column whose greater value wins. */
          version_column?: string | null;
          filter?: {
            /** @description Only these events. */
            include_events?: string[];
            /** @description Not these events; wins over include_events. */
            exclude_events?: string[];
            properties?: components['schemas']['PropertyFiltersInput'];
          };
          /** @description Default: the destination's first format. */
          format?: {
            /** @enum {string} */
            file_format: 'parquet' | 'jsonl' | 'csv' | 'arrow';
            /** @enum {string} */
            compression: 'zstd' | 'gzip' | 'snappy' | 'lz4' | 'none';
          };
          /**
           * @description append: every row is added. merge: a row replaces the one with its key unless that is newer.
           * @enum {string}
           */
          mode?: 'append' | 'merge';
          /** @description Approximate upper size of one file. */
          max_file_mb?: number;
          /** @description null: every column of the model. */
          columns?: components['schemas']['ColumnsInput'] | null;
          /** @description null: everything as it is. */
          privacy?: components['schemas']['PrivacyInput'] | null;
          /**
           * Format: date-time
           * @description Ingestion time from which on rows are exported.
           */
          from: string;
          /**
           * Format: date-time
           * @description Up to which, exclusive; not in the future.
           */
          to: string;
          /**
           * Format: uuid
           * @description An export whose settings hold where this body says nothing: what it reads, privacy and columns included, and how it writes, as far as the destination can.
           */
          from_export?: string;
          /** Format: uuid */
          destination_id?: string;
          /**
           * @description Keep the files for a while, to be downloaded by expiring links.
           * @default false
           */
          download?: boolean;
        };
      };
    };
    responses: {
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "orders",
           *       "model": "events",
           *       "query": "query",
           *       "key": [
           *         "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000"
           *       ],
           *       "version_column": "version column",
           *       "filter": {
           *         "include_events": [
           *           "include events"
           *         ],
           *         "exclude_events": [
           *           "exclude events"
           *         ],
           *         "properties": [
           *           {
           *             "operator": "is_set",
           *             "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *             "source": "event"
           *           }
           *         ]
           *       },
           *       "columns": [
           *         {
           *           "name": "orders",
           *           "from": {
           *             "kind": "column",
           *             "column": "uuid"
           *           }
           *         }
           *       ],
           *       "privacy": {
           *         "drop": [
           *           {
           *             "source": "event",
           *             "path": [
           *               "path"
           *             ]
           *           }
           *         ],
           *         "hash": [
           *           {
           *             "source": "event",
           *             "path": [
           *               "path"
           *             ]
           *           }
           *         ],
           *         "hash_distinct_id": true,
           *         "hash_person_id": true
           *       },
           *       "format": {
           *         "file_format": "parquet",
           *         "compression": "zstd"
           *       },
           *       "mode": "append",
           *       "max_file_mb": 1,
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "from": "2026-11-21T12:00:00.000Z",
           *       "to": "2026-11-21T12:00:00.000Z",
           *       "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "download": true,
           *       "status": "status",
           *       "progress": {
           *         "chunks_done": 1,
           *         "chunks": 1,
           *         "rows_done": 1,
           *         "rows": 120000
           *       },
           *       "run": {
           *         "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "interval_start": "2026-11-21T11:00:00.000Z",
           *         "interval_end": "2026-11-21T12:00:00.000Z",
           *         "status": "starting",
           *         "trigger": "schedule",
           *         "export_version": 1,
           *         "generation": 1,
           *         "rows_in": 1,
           *         "rows": 120000,
           *         "bytes": 9400000,
           *         "files": 1,
           *         "records_failed": 1,
           *         "kept": true,
           *         "error": {
           *           "code": "s3_unavailable",
           *           "message": "the store answered 503",
           *           "remedy": "Nothing: it is retried.",
           *           "fault": "customer",
           *           "step": "step"
           *         },
           *         "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *         "started_at": "2026-11-21T12:01:00.000Z",
           *         "finished_at": "2026-11-21T12:01:07.000Z",
           *         "timings": {}
           *       },
           *       "expires_at": "2027-11-21T00:00:00.000Z",
           *       "files": [
           *         {
           *           "name": "orders",
           *           "rows": 120000,
           *           "bytes": 9400000,
           *           "sha256": "sha256",
           *           "url": "https://example.com/hooks"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['OnDemandExport'];
        };
      };
    };
  };
  getOnDemandExportsById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "orders",
           *       "model": "events",
           *       "query": "query",
           *       "key": [
           *         "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000"
           *       ],
           *       "version_column": "version column",
           *       "filter": {
           *         "include_events": [
           *           "include events"
           *         ],
           *         "exclude_events": [
           *           "exclude events"
           *         ],
           *         "properties": [
           *           {
           *             "operator": "is_set",
           *             "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *             "source": "event"
           *           }
           *         ]
           *       },
           *       "columns": [
           *         {
           *           "name": "orders",
           *           "from": {
           *             "kind": "column",
           *             "column": "uuid"
           *           }
           *         }
           *       ],
           *       "privacy": {
           *         "drop": [
           *           {
           *             "source": "event",
           *             "path": [
           *               "path"
           *             ]
           *           }
           *         ],
           *         "hash": [
           *           {
           *             "source": "event",
           *             "path": [
           *               "path"
           *             ]
           *           }
           *         ],
           *         "hash_distinct_id": true,
           *         "hash_person_id": true
           *       },
           *       "format": {
           *         "file_format": "parquet",
           *         "compression": "zstd"
           *       },
           *       "mode": "append",
           *       "max_file_mb": 1,
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "from": "2026-11-21T12:00:00.000Z",
           *       "to": "2026-11-21T12:00:00.000Z",
           *       "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "download": true,
           *       "status": "status",
           *       "progress": {
           *         "chunks_done": 1,
           *         "chunks": 1,
           *         "rows_done": 1,
           *         "rows": 120000
           *       },
           *       "run": {
           *         "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "interval_start": "2026-11-21T11:00:00.000Z",
           *         "interval_end": "2026-11-21T12:00:00.000Z",
           *         "status": "starting",
           *         "trigger": "schedule",
           *         "export_version": 1,
           *         "generation": 1,
           *         "rows_in": 1,
           *         "rows": 120000,
           *         "bytes": 9400000,
           *         "files": 1,
           *         "records_failed": 1,
           *         "kept": true,
           *         "error": {
           *           "code": "s3_unavailable",
           *           "message": "the store answered 503",
           *           "remedy": "Nothing: it is retried.",
           *           "fault": "customer",
           *           "step": "step"
           *         },
           *         "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *         "started_at": "2026-11-21T12:01:00.000Z",
           *         "finished_at": "2026-11-21T12:01:07.000Z",
           *         "timings": {}
           *       },
           *       "expires_at": "2027-11-21T00:00:00.000Z",
           *       "files": [
           *         {
           *           "name": "orders",
           *           "rows": 120000,
           *           "bytes": 9400000,
           *           "sha256": "sha256",
           *           "url": "https://example.com/hooks"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['OnDemandExport'];
        };
      };
    };
  };
  deleteOnDemandExportsById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "name": "orders",
           *       "state": "active",
           *       "schedule": {
           *         "id": "id",
           *         "removed": true
           *       },
           *       "open_runs": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "interval_start": "2026-11-21T11:00:00.000Z",
           *           "interval_end": "2026-11-21T12:00:00.000Z",
           *           "status": "starting",
           *           "trigger": "schedule",
           *           "export_version": 1,
           *           "generation": 1,
           *           "rows_in": 1,
           *           "rows": 120000,
           *           "bytes": 9400000,
           *           "files": 1,
           *           "records_failed": 1,
           *           "kept": true,
           *           "error": {
           *             "code": "s3_unavailable",
           *             "message": "the store answered 503",
           *             "remedy": "Nothing: it is retried.",
           *             "fault": "customer",
           *             "step": "step"
           *           },
           *           "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *           "started_at": "2026-11-21T12:01:00.000Z",
           *           "finished_at": "2026-11-21T12:01:07.000Z",
           *           "timings": {}
           *         }
           *       ],
           *       "unexported_intervals": 1,
           *       "left_behind": {
           *         "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "destination_name": "destination name",
           *         "kind": "generic",
           *         "location": {},
           *         "intervals": 1,
           *         "rows": 120000,
           *         "bytes": 9400000,
           *         "files": 1,
           *         "latest_files": [
           *           "latest files"
           *         ]
           *       }
           *     }
           */
          'application/json': components['schemas']['ExportDeletion'];
        };
      };
    };
  };
  postOnDemandExportsByIdCancel: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "name": "orders",
           *       "model": "events",
           *       "query": "query",
           *       "key": [
           *         "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000"
           *       ],
           *       "version_column": "version column",
           *       "filter": {
           *         "include_events": [
           *           "include events"
           *         ],
           *         "exclude_events": [
           *           "exclude events"
           *         ],
           *         "properties": [
           *           {
           *             "operator": "is_set",
           *             "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *             "source": "event"
           *           }
           *         ]
           *       },
           *       "columns": [
           *         {
           *           "name": "orders",
           *           "from": {
           *             "kind": "column",
           *             "column": "uuid"
           *           }
           *         }
           *       ],
           *       "privacy": {
           *         "drop": [
           *           {
           *             "source": "event",
           *             "path": [
           *               "path"
           *             ]
           *           }
           *         ],
           *         "hash": [
           *           {
           *             "source": "event",
           *             "path": [
           *               "path"
           *             ]
           *           }
           *         ],
           *         "hash_distinct_id": true,
           *         "hash_person_id": true
           *       },
           *       "format": {
           *         "file_format": "parquet",
           *         "compression": "zstd"
           *       },
           *       "mode": "append",
           *       "max_file_mb": 1,
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "from": "2026-11-21T12:00:00.000Z",
           *       "to": "2026-11-21T12:00:00.000Z",
           *       "destination_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "download": true,
           *       "status": "status",
           *       "progress": {
           *         "chunks_done": 1,
           *         "chunks": 1,
           *         "rows_done": 1,
           *         "rows": 120000
           *       },
           *       "run": {
           *         "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "interval_start": "2026-11-21T11:00:00.000Z",
           *         "interval_end": "2026-11-21T12:00:00.000Z",
           *         "status": "starting",
           *         "trigger": "schedule",
           *         "export_version": 1,
           *         "generation": 1,
           *         "rows_in": 1,
           *         "rows": 120000,
           *         "bytes": 9400000,
           *         "files": 1,
           *         "records_failed": 1,
           *         "kept": true,
           *         "error": {
           *           "code": "s3_unavailable",
           *           "message": "the store answered 503",
           *           "remedy": "Nothing: it is retried.",
           *           "fault": "customer",
           *           "step": "step"
           *         },
           *         "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *         "started_at": "2026-11-21T12:01:00.000Z",
           *         "finished_at": "2026-11-21T12:01:07.000Z",
           *         "timings": {}
           *       },
           *       "expires_at": "2027-11-21T00:00:00.000Z",
           *       "files": [
           *         {
           *           "name": "orders",
           *           "rows": 120000,
           *           "bytes": 9400000,
           *           "sha256": "sha256",
           *           "url": "https://example.com/hooks"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['OnDemandExport'];
        };
      };
    };
  };
  getNotificationChannels: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "version": 3,
           *           "created_at": "2026-11-20T09:30:00.000Z",
           *           "updated_at": "2026-11-20T09:30:00.000Z",
           *           "kind": "webhook",
           *           "name": "orders",
           *           "config": {},
           *           "events": [
           *             "export.failed"
           *           ],
           *           "enabled": true
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['NotificationChannel'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  postNotificationChannels: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "kind": "slack",
         *       "name": "team",
         *       "config": {
         *         "url": "https://hooks.slack.com/services/T000/B000/XXX"
         *       }
         *     }
         */
        'application/json':
          | {
              /** @description Shown in lists and in the Temporal UI. */
              name: string;
              /**
               * @description Only these events; null: every event, those of later versions too.
               * @default null
               */
              events?:
                | (
                    | 'export.failed'
                    | 'export.recovered'
                    | 'export.auto_paused'
                    | 'export.resumed'
                    | 'export.rows_unusual'
                    | 'export.rows_usual'
                    | 'destination.near_log_ttl'
                    | 'quota.reached'
                    | 'webhook.degraded'
                    | 'webhook.paused'
                    | 'webhook.misconfigured'
                    | 'webhook.throttled'
                    | 'webhook.gone'
                    | 'webhook.recovered'
                    | 'webhook.events_lost'
                  )[]
                | null;
              /** @default true */
              enabled?: boolean;
              /** @enum {string} */
              kind: 'webhook';
              config: {
                url: string;
                /** @description whsec_… of Standard Webhooks; left out: one is made. */
                secret?: string;
              };
            }
          | {
              /** @description Shown in lists and in the Temporal UI. */
              name: string;
              /**
               * @description Only these events; null: every event, those of later versions too.
               * @default null
               */
              events?:
                | (
                    | 'export.failed'
                    | 'export.recovered'
                    | 'export.auto_paused'
                    | 'export.resumed'
                    | 'export.rows_unusual'
                    | 'export.rows_usual'
                    | 'destination.near_log_ttl'
                    | 'quota.reached'
                    | 'webhook.degraded'
                    | 'webhook.paused'
                    | 'webhook.misconfigured'
                    | 'webhook.throttled'
                    | 'webhook.gone'
                    | 'webhook.recovered'
                    | 'webhook.events_lost'
                  )[]
                | null;
              /** @default true */
              enabled?: boolean;
              /** @enum {string} */
              kind: 'slack';
              config: {
                /** @description An incoming webhook of Slack. Write-only. */
                url: string;
              };
            }
          | {
              /** @description Shown in lists and in the Temporal UI. */
              name: string;
              /**
               * @description Only these events; null: every event, those of later versions too.
               * @default null
               */
              events?:
                | (
                    | 'export.failed'
                    | 'export.recovered'
                    | 'export.auto_paused'
                    | 'export.resumed'
                    | 'export.rows_unusual'
                    | 'export.rows_usual'
                    | 'destination.near_log_ttl'
                    | 'quota.reached'
                    | 'webhook.degraded'
                    | 'webhook.paused'
                    | 'webhook.misconfigured'
                    | 'webhook.throttled'
                    | 'webhook.gone'
                    | 'webhook.recovered'
                    | 'webhook.events_lost'
                  )[]
                | null;
              /** @default true */
              enabled?: boolean;
              /** @enum {string} */
              kind: 'email';
              config: {
                to: string[];
              };
            };
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "updated_at": "2026-11-20T09:30:00.000Z",
           *       "kind": "webhook",
           *       "name": "orders",
           *       "config": {},
           *       "events": [
           *         "export.failed"
           *       ],
           *       "enabled": true,
           *       "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
           *     }
           */
          'application/json': {
            /** Format: uuid */
            id: string;
            /** @description Grows with each change. */
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            /** @enum {string} */
            kind: 'webhook' | 'slack' | 'email';
            name: string;
            /** @description Secrets read { "configured": true }. */
            config: {
              [key: string]: unknown;
            };
            events:
              | (
                  | 'export.failed'
                  | 'export.recovered'
                  | 'export.auto_paused'
                  | 'export.resumed'
                  | 'export.rows_unusual'
                  | 'export.rows_usual'
                  | 'destination.near_log_ttl'
                  | 'quota.reached'
                  | 'webhook.degraded'
                  | 'webhook.paused'
                  | 'webhook.misconfigured'
                  | 'webhook.throttled'
                  | 'webhook.gone'
                  | 'webhook.recovered'
                  | 'webhook.events_lost'
                )[]
              | null;
            enabled: boolean;
            /** @description Of a webhook, for verifying signatures; shown here only. */
            secret: string | null;
          };
        };
      };
    };
  };
  getNotificationChannelsById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "updated_at": "2026-11-20T09:30:00.000Z",
           *       "kind": "webhook",
           *       "name": "orders",
           *       "config": {},
           *       "events": [
           *         "export.failed"
           *       ],
           *       "enabled": true
           *     }
           */
          'application/json': components['schemas']['NotificationChannel'];
        };
      };
    };
  };
  deleteNotificationChannelsById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  patchNotificationChannelsById: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of what was read: refused with version_changed when somebody has changed it since. */
        'If-Match'?: components['parameters']['IfMatch'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "enabled": false
         *     }
         */
        'application/json': {
          /** @description Shown in lists and in the Temporal UI. */
          name?: string;
          events?:
            | (
                | 'export.failed'
                | 'export.recovered'
                | 'export.auto_paused'
                | 'export.resumed'
                | 'export.rows_unusual'
                | 'export.rows_usual'
                | 'destination.near_log_ttl'
                | 'quota.reached'
                | 'webhook.degraded'
                | 'webhook.paused'
                | 'webhook.misconfigured'
                | 'webhook.throttled'
                | 'webhook.gone'
                | 'webhook.recovered'
                | 'webhook.events_lost'
              )[]
            | null;
          enabled?: boolean;
          /** @description Fields that are left out stay as they are. */
          config?: {
            [key: string]: unknown;
          };
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "updated_at": "2026-11-20T09:30:00.000Z",
           *       "kind": "webhook",
           *       "name": "orders",
           *       "config": {},
           *       "events": [
           *         "export.failed"
           *       ],
           *       "enabled": true
           *     }
           */
          'application/json': components['schemas']['NotificationChannel'];
        };
      };
    };
  };
  postNotificationChannelsByIdTest: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "ok": true,
           *       "error": {
           *         "code": "s3_unavailable",
           *         "message": "the store answered 503",
           *         "remedy": "Nothing: it is retried."
           *       }
           *     }
           */
          'application/json': {
            ok: boolean;
            error: {
              code: string;
              message: string;
              remedy: string | null;
            } | null;
          };
        };
      };
    };
  };
  getNotifications: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "event": "order placed",
           *           "subject": "subject",
           *           "title": "title",
           *           "text": "text",
           *           "details": {},
           *           "console_path": "console path",
           *           "created_at": "2026-11-20T09:30:00.000Z",
           *           "sends": [
           *             {
           *               "channel_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *               "status": "pending",
           *               "attempts": 1204,
           *               "error": {
           *                 "code": "s3_unavailable",
           *                 "message": "the store answered 503"
           *               },
           *               "settled_at": "2026-11-21T12:00:00.000Z"
           *             }
           *           ]
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['Notification'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  getExportsByIdRejectedRecords: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "uuid": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "event": "order placed",
           *           "interval_end": "2026-11-21T12:00:00.000Z",
           *           "inserted_at": "2026-11-21T12:00:00.000Z",
           *           "rejected_at": "2026-11-21T12:00:00.000Z",
           *           "reason": "reason",
           *           "record": "record"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['RejectedRecord'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  postExportsByIdRejectedRecordsReplay: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "runs": [
           *         {
           *           "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *           "interval_end": "2026-11-21T12:00:00.000Z",
           *           "records": 1
           *         }
           *       ]
           *     }
           */
          'application/json': {
            runs: {
              workflow_id: string;
              /** Format: date-time */
              interval_end: string;
              records: number;
            }[];
          };
        };
      };
    };
  };
  getRunsById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "interval_start": "2026-11-21T11:00:00.000Z",
           *       "interval_end": "2026-11-21T12:00:00.000Z",
           *       "status": "starting",
           *       "trigger": "schedule",
           *       "export_version": 1,
           *       "generation": 1,
           *       "rows_in": 1,
           *       "rows": 120000,
           *       "bytes": 9400000,
           *       "files": 1,
           *       "records_failed": 1,
           *       "kept": true,
           *       "error": {
           *         "code": "s3_unavailable",
           *         "message": "the store answered 503",
           *         "remedy": "Nothing: it is retried.",
           *         "fault": "customer",
           *         "step": "step"
           *       },
           *       "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *       "started_at": "2026-11-21T12:01:00.000Z",
           *       "finished_at": "2026-11-21T12:01:07.000Z",
           *       "timings": {},
           *       "previous_run_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "next_run_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11"
           *     }
           */
          'application/json': components['schemas']['RunDetail'];
        };
      };
    };
  };
  postRunsByIdCancel: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "interval_start": "2026-11-21T11:00:00.000Z",
           *       "interval_end": "2026-11-21T12:00:00.000Z",
           *       "status": "starting",
           *       "trigger": "schedule",
           *       "export_version": 1,
           *       "generation": 1,
           *       "rows_in": 1,
           *       "rows": 120000,
           *       "bytes": 9400000,
           *       "files": 1,
           *       "records_failed": 1,
           *       "kept": true,
           *       "error": {
           *         "code": "s3_unavailable",
           *         "message": "the store answered 503",
           *         "remedy": "Nothing: it is retried.",
           *         "fault": "customer",
           *         "step": "step"
           *       },
           *       "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *       "started_at": "2026-11-21T12:01:00.000Z",
           *       "finished_at": "2026-11-21T12:01:07.000Z",
           *       "timings": {}
           *     }
           */
          'application/json': components['schemas']['Run'];
        };
      };
    };
  };
  postRunsByIdRetry: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "config": "original"
         *     }
         */
        'application/json': {
          /**
           * @description The settings to run with: those of the last run of the interval, or those of today.
           * @default current
           * @enum {string}
           */
          config?: 'original' | 'current';
          /**
           * @description Also repeat an interval that has been exported already.
           * @default false
           */
          force?: boolean;
        } | null;
      };
    };
    responses: {
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *       "interval_start": "2026-11-21T11:00:00.000Z",
           *       "interval_end": "2026-11-21T12:00:00.000Z",
           *       "export_version": 1
           *     }
           */
          'application/json': {
            workflow_id: string;
            /** Format: date-time */
            interval_start: string;
            /** Format: date-time */
            interval_end: string;
            /** @description Version of the export that the new run is pinned to. */
            export_version: number;
          };
        };
      };
    };
  };
  getRunsByIdLog: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor`, or the `id` of any line. */
        cursor?: string;
        /** @description This level and everything more important. */
        level?: 'debug' | 'info' | 'warn' | 'error';
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "id",
           *           "logged_at": "2026-11-21T12:00:00.000Z",
           *           "level": "debug",
           *           "message": "the store answered 503",
           *           "fields": {}
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: {
              /** @description A cursor: the page after this line. */
              id: string;
              /** Format: date-time */
              logged_at: string;
              /** @enum {string} */
              level: 'debug' | 'info' | 'warn' | 'error';
              message: string;
              fields: {
                [key: string]: unknown;
              };
            }[];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  getRunsByIdFiles: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "key": "events/2026/11/21/20261121T110000Z-20261121T120000Z-8c2f6f0e-00000.parquet",
           *           "rows": 120000,
           *           "bytes": 9400000,
           *           "sha256": "sha256"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ",
           *       "manifest": "manifest"
           *     }
           */
          'application/json': {
            items: components['schemas']['RunFile'][];
            next_cursor: string | null;
            /** @description Key of the manifest, as long as the log of the run is kept. */
            manifest: string | null;
          };
        };
      };
    };
  };
  getWebhooks: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
        /** @description Text that is searched for, in any case. */
        q?: string;
        /** @description `name`: without regard to case. */
        sort?: 'newest' | 'oldest' | 'name';
        /** @description Whether each item says how it does; without it `summary` is null. */
        summary?: 'true' | 'false';
        /** @description What the user wants. */
        status?: 'active' | 'paused';
        /** @description One of webhook-kinds. */
        kind?: string;
        /** @description What Sluice thinks of the endpoint. */
        health?: 'healthy' | 'degraded' | 'paused_auto' | 'recovering' | 'gone' | 'misconfigured';
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "version": 3,
           *           "created_at": "2026-11-20T09:30:00.000Z",
           *           "updated_at": "2026-11-20T09:30:00.000Z",
           *           "name": "orders",
           *           "status": "active",
           *           "kind": "generic",
           *           "inputs": {},
           *           "url": "https://example.com/hooks",
           *           "source": "events",
           *           "operational_events": [
           *             "destination.degraded"
           *           ],
           *           "events": [
           *             "events"
           *           ],
           *           "exclude_events": [
           *             "exclude events"
           *           ],
           *           "properties": [
           *             {
           *               "operator": "is_set",
           *               "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *               "source": "event"
           *             }
           *           ],
           *           "sample": {
           *             "percent": 1,
           *             "by": "person"
           *           },
           *           "mask": {
           *             "every_seconds": 1,
           *             "by": "person"
           *           },
           *           "batch": {
           *             "max_events": 2,
           *             "max_wait_seconds": 1,
           *             "max_bytes": 1024
           *           },
           *           "posthog_body": {
           *             "format": "action",
           *             "message": "the store answered 503",
           *             "project_url": "https://example.com/hooks"
           *           },
           *           "health_thresholds": {
           *             "failure_rate": 1,
           *             "min_sample": 1,
           *             "consecutive_failures": 1,
           *             "failing_seconds": 1
           *           },
           *           "ttl_seconds": 10,
           *           "connect_timeout_ms": 5000,
           *           "headers_timeout_ms": 10000,
           *           "max_open_retries": 100,
           *           "max_retry_after_seconds": 3600,
           *           "method": "POST",
           *           "headers": {
           *             "configured": true
           *           },
           *           "authentication": {
           *             "type": "basic"
           *           },
           *           "client_certificate": {
           *             "configured": true
           *           },
           *           "payload": {
           *             "content_type": "application/json",
           *             "template": "template"
           *           },
           *           "timeout_ms": 15000,
           *           "max_concurrency": 16,
           *           "rate_limit_per_second": 1,
           *           "retry_schedule_ms": [
           *             1
           *           ],
           *           "summary": {
           *             "health": "healthy",
           *             "state": "healthy",
           *             "lag_seconds": 1,
           *             "success_rate": 0.997,
           *             "sent": 1,
           *             "last_error": {
           *               "code": "s3_unavailable",
           *               "message": "the store answered 503",
           *               "remedy": "Nothing: it is retried."
           *             },
           *             "attempts": 1204,
           *             "discarded": 0,
           *             "open_retries": 0,
           *             "last_error_at": "2026-11-21T12:00:00.000Z",
           *             "trend": [
           *               1
           *             ]
           *           }
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['WebhookItem'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  postWebhooks: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "name": "orders",
         *       "url": "https://example.com/hooks",
         *       "events": [
         *         "order placed",
         *         "order paid"
         *       ],
         *       "headers": {
         *         "x-source": "sluice"
         *       }
         *     }
         */
        'application/json': {
          /** @description Shown in lists and in the Temporal UI. */
          name: string;
          /**
           * @description One of webhook-kinds.
           * @default generic
           */
          kind?: string;
          /** @description Settings of a kind other than generic, which make its request; see webhook-kinds. In a change, fields that are left out stay and null removes one. */
          inputs?: {
            [key: string]: unknown;
          };
          /** @description Receives a request per event. Of the kind generic only. */
          url?: string;
          /**
           * @description `messages`: no events, only what is sent to it. `operations`: what Sluice tells of itself.
           * @default events
           * @enum {string}
           */
          source?: 'events' | 'messages' | 'operations';
          /** @description With source operations: only these types. */
          operational_events?: (
            | 'destination.degraded'
            | 'destination.paused'
            | 'destination.misconfigured'
            | 'destination.throttled'
            | 'destination.gone'
            | 'destination.recovering'
            | 'destination.recovered'
            | 'destination.paused_by_user'
            | 'destination.resumed'
            | 'destination.near_log_ttl'
            | 'delivery.exhausted'
            | 'delivery.lost'
            | 'export.failed'
            | 'export.paused'
            | 'export.rows_unusual'
            | 'backfill.completed'
            | 'replay.completed'
          )[];
          /** @description Only these events. */
          events?: string[];
          /** @description Not these events; wins over events. */
          exclude_events?: string[];
          properties?: components['schemas']['PropertyFiltersInput'];
          /** @description Only a share of the events, always the same one. A larger share holds the smaller ones. */
          sample?: {
            /** @description Share of the matching events. */
            percent: number;
            /**
             * @description person: a person is wholly in or out. event: each event for itself.
             * @default person
             * @enum {string}
             */
            by?: 'person' | 'event';
          };
          /** @description At most one event of each person, distinct id or value in a time; others are masked, not sent. */
          mask?: {
            /** @description At most one event in so long, up to 30 days. */
            every_seconds: number;
            /**
             * @description Of what at most one event is sent: each person, each distinct id, or each value of a property.
             * @default person
             */
            by?:
              | ('person' | 'distinct_id')
              | {
                  /**
                   * @description Of whom it is a property.
                   * @default event
                   * @enum {string}
                   */
                  source?: 'event' | 'person';
                  /** @description Names of members, from the outside in. An event without the property is not masked. */
                  path: string[];
                };
          };
          /** @description A request holds a JSON array of bodies, each as it would be sent alone. */
          batch?: {
            /** @description Events in one request. */
            max_events: number;
            /**
             * @description How long the first of them waits for others.
             * @default 5
             */
            max_wait_seconds?: number;
            /**
             * @description Of the body; an event that is larger is sent alone.
             * @default 1048576
             */
            max_bytes?: number;
          };
          /** @description The body that webhooks of PostHog had, instead of payload. */
          posthog_body?: {
            /**
             * @description action: a message. hook: the event, as REST hooks of PostHog got it.
             * @enum {string}
             */
            format: 'action' | 'hook';
            /** @description With tokens such as [event], [person], [event.properties.total]; [action.name] is this webhook’s name. */
            message?: string;
            /**
             * Format: uri
             * @description A project in PostHog, where names link to.
             */
            project_url?: string;
          };
          /** @description When the webhook is paused because its endpoint fails: when all of these hold. */
          health_thresholds?: {
            /** @description Share of attempts that fail; default 0.5. */
            failure_rate?: number;
            /** @description Below so many attempts a rate says nothing; default 10. */
            min_sample?: number;
            /** @description Failures in a row; default 10. */
            consecutive_failures?: number;
            /** @description For at least so long; default 60. */
            failing_seconds?: number;
          };
          /** @description An event that was captured so long ago is not sent any more, but for a replay; up to 30 days. */
          ttl_seconds?: number;
          /** @description Of timeout_ms: for a connection with its TLS, once the address is known. Default: 5 seconds. */
          connect_timeout_ms?: number;
          /** @description Of timeout_ms: from the sending of a request to the headers of its answer. Default: what is left of it. */
          headers_timeout_ms?: number;
          /** @description Retry workflows at the same time; what fails beyond them is parked, and sent again when its time has come. Default, and never more: what the installation allows (1000). */
          max_open_retries?: number;
          /** @description An endpoint cannot put a try off by Retry-After for longer. Default: a day, and five minutes for 429 and 503. */
          max_retry_after_seconds?: number;
          /**
           * @description HTTP method.
           * @default POST
           * @enum {string}
           */
          method?: 'POST' | 'PUT' | 'PATCH';
          /** @description Sent with every request. Stored encrypted, never shown. */
          headers?: {
            [key: string]: string;
          };
          /** @description Wins over an authorization header of headers. Stored encrypted; only its type is shown. */
          authentication?:
            | {
                /** @enum {string} */
                type: 'basic';
                username: string & (unknown & unknown);
                password: string;
              }
            | {
                /** @enum {string} */
                type: 'bearer';
                token: string;
              }
            | {
                /** @enum {string} */
                type: 'oauth2';
                /** @description Asked for access tokens with the client-credentials grant (RFC 6749). */
                token_url: string;
                client_id: string;
                client_secret: string;
                scope?: string;
                audience?: string;
                /**
                 * @description Where the token endpoint expects id and secret.
                 * @default header
                 * @enum {string}
                 */
                send_in?: 'header' | 'body';
              };
          /** @description For mutual TLS: PEM, the certificate with its chain. Stored encrypted, never shown. */
          client_certificate?: {
            certificate: string;
            private_key: string;
          };
          /** @description The body of a request; left out: the event as Standard Webhooks recommends. */
          payload?: {
            /** @default application/json */
            content_type?: string;
            /** @description A JSON document whose strings are Liquid; for content types other than JSON one text. See templates. */
            template:
              | string
              | unknown[]
              | {
                  [key: string]: unknown;
                };
          };
          /**
           * @description Time for the whole request.
           * @default 15000
           */
          timeout_ms?: number;
          /**
           * @description Requests at the same time.
           * @default 16
           */
          max_concurrency?: number;
          /** @description Requests per second. */
          rate_limit_per_second?: number;
          /** @description Default: nine retries over 75 hours. */
          retry_schedule_ms?: number[];
          /** @description whsec_… of Standard Webhooks; generated when left out. */
          secret?: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "updated_at": "2026-11-20T09:30:00.000Z",
           *       "name": "orders",
           *       "status": "active",
           *       "kind": "generic",
           *       "inputs": {},
           *       "url": "https://example.com/hooks",
           *       "source": "events",
           *       "operational_events": [
           *         "destination.degraded"
           *       ],
           *       "events": [
           *         "events"
           *       ],
           *       "exclude_events": [
           *         "exclude events"
           *       ],
           *       "properties": [
           *         {
           *           "operator": "is_set",
           *           "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *           "source": "event"
           *         }
           *       ],
           *       "sample": {
           *         "percent": 1,
           *         "by": "person"
           *       },
           *       "mask": {
           *         "every_seconds": 1,
           *         "by": "person"
           *       },
           *       "batch": {
           *         "max_events": 2,
           *         "max_wait_seconds": 1,
           *         "max_bytes": 1024
           *       },
           *       "posthog_body": {
           *         "format": "action",
           *         "message": "the store answered 503",
           *         "project_url": "https://example.com/hooks"
           *       },
           *       "health_thresholds": {
           *         "failure_rate": 1,
           *         "min_sample": 1,
           *         "consecutive_failures": 1,
           *         "failing_seconds": 1
           *       },
           *       "ttl_seconds": 10,
           *       "connect_timeout_ms": 5000,
           *       "headers_timeout_ms": 10000,
           *       "max_open_retries": 100,
           *       "max_retry_after_seconds": 3600,
           *       "method": "POST",
           *       "headers": {
           *         "configured": true
           *       },
           *       "authentication": {
           *         "type": "basic"
           *       },
           *       "client_certificate": {
           *         "configured": true
           *       },
           *       "payload": {
           *         "content_type": "application/json",
           *         "template": "template"
           *       },
           *       "timeout_ms": 15000,
           *       "max_concurrency": 16,
           *       "rate_limit_per_second": 1,
           *       "retry_schedule_ms": [
           *         1
           *       ],
           *       "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
           *     }
           */
          'application/json': {
            /** Format: uuid */
            id: string;
            /** @description Grows with each change. */
            version: number;
            /** Format: date-time */
            created_at: string;
            /** Format: date-time */
            updated_at: string;
            name: string;
            /**
             * @description What the user wants; for what Sluice thinks of it see its state.
             * @enum {string}
             */
            status: 'active' | 'paused';
            /** @description One of webhook-kinds. */
            kind: string;
            /** @description Of a kind other than generic; secrets read `{ "configured": true }`. */
            inputs: {
              [key: string]: unknown;
            } | null;
            /** @description Without what is secret in it. */
            url: string;
            /**
             * @description `messages`: no events, only what is sent to it. `operations`: what Sluice tells of itself.
             * @enum {string}
             */
            source: 'events' | 'messages' | 'operations';
            operational_events:
              | (
                  | 'destination.degraded'
                  | 'destination.paused'
                  | 'destination.misconfigured'
                  | 'destination.throttled'
                  | 'destination.gone'
                  | 'destination.recovering'
                  | 'destination.recovered'
                  | 'destination.paused_by_user'
                  | 'destination.resumed'
                  | 'destination.near_log_ttl'
                  | 'delivery.exhausted'
                  | 'delivery.lost'
                  | 'export.failed'
                  | 'export.paused'
                  | 'export.rows_unusual'
                  | 'backfill.completed'
                  | 'replay.completed'
                )[]
              | null;
            events: string[] | null;
            exclude_events: string[] | null;
            properties: components['schemas']['PropertyFilters'] | null;
            sample: {
              /** @description Share of the matching events. */
              percent: number;
              /**
               * @description person: a person is wholly in or out. event: each event for itself.
               * @default person
               * @enum {string}
               */
              by: 'person' | 'event';
            } | null;
            mask: {
              /** @description At most one event in so long, up to 30 days. */
              every_seconds: number;
              /**
               * @description Of what at most one event is sent: each person, each distinct id, or each value of a property.
               * @default person
               */
              by:
                | ('person' | 'distinct_id')
                | {
                    /**
                     * @description Of whom it is a property.
                     * @default event
                     * @enum {string}
                     */
                    source: 'event' | 'person';
                    /** @description Names of members, from the outside in. An event without the property is not masked. */
                    path: string[];
                  };
            } | null;
            batch: {
              /** @description Events in one request. */
              max_events: number;
              /**
               * @description How long the first of them waits for others.
               * @default 5
               */
              max_wait_seconds: number;
              /**
               * @description Of the body; an event that is larger is sent alone.
               * @default 1048576
               */
              max_bytes: number;
            } | null;
            posthog_body: {
              /**
               * @description action: a message. hook: the event, as REST hooks of PostHog got it.
               * @enum {string}
               */
              format: 'action' | 'hook';
              /** @description With tokens such as [event], [person], [event.properties.total]; [action.name] is this webhook’s name. */
              message?: string;
              /**
               * Format: uri
               * @description A project in PostHog, where names link to.
               */
              project_url?: string;
            } | null;
            health_thresholds: {
              /** @description Share of attempts that fail; default 0.5. */
              failure_rate?: number;
              /** @description Below so many attempts a rate says nothing; default 10. */
              min_sample?: number;
              /** @description Failures in a row; default 10. */
              consecutive_failures?: number;
              /** @description For at least so long; default 60. */
              failing_seconds?: number;
            } | null;
            ttl_seconds: number | null;
            connect_timeout_ms: number | null;
            headers_timeout_ms: number | null;
            max_open_retries: number | null;
            max_retry_after_seconds: number | null;
            /**
             * @description HTTP method.
             * @enum {string}
             */
            method: 'POST' | 'PUT' | 'PATCH';
            headers: {
              configured: boolean;
            };
            authentication: {
              /** @enum {string} */
              type: 'basic' | 'bearer' | 'oauth2';
            } | null;
            client_certificate: {
              configured: boolean;
            };
            payload: {
              /** @default application/json */
              content_type: string;
              /** @description A JSON document whose strings are Liquid; for content types other than JSON one text. See templates. */
              template:
                | string
                | unknown[]
                | {
                    [key: string]: unknown;
                  };
            } | null;
            timeout_ms: number;
            max_concurrency: number;
            rate_limit_per_second: number | null;
            retry_schedule_ms: number[] | null;
            /** @description Shown here; later only by POST …/secret. */
            secret: string;
          };
        };
      };
    };
  };
  postWebhooksByIdPause: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "updated_at": "2026-11-20T09:30:00.000Z",
           *       "name": "orders",
           *       "status": "active",
           *       "kind": "generic",
           *       "inputs": {},
           *       "url": "https://example.com/hooks",
           *       "source": "events",
           *       "operational_events": [
           *         "destination.degraded"
           *       ],
           *       "events": [
           *         "events"
           *       ],
           *       "exclude_events": [
           *         "exclude events"
           *       ],
           *       "properties": [
           *         {
           *           "operator": "is_set",
           *           "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *           "source": "event"
           *         }
           *       ],
           *       "sample": {
           *         "percent": 1,
           *         "by": "person"
           *       },
           *       "mask": {
           *         "every_seconds": 1,
           *         "by": "person"
           *       },
           *       "batch": {
           *         "max_events": 2,
           *         "max_wait_seconds": 1,
           *         "max_bytes": 1024
           *       },
           *       "posthog_body": {
           *         "format": "action",
           *         "message": "the store answered 503",
           *         "project_url": "https://example.com/hooks"
           *       },
           *       "health_thresholds": {
           *         "failure_rate": 1,
           *         "min_sample": 1,
           *         "consecutive_failures": 1,
           *         "failing_seconds": 1
           *       },
           *       "ttl_seconds": 10,
           *       "connect_timeout_ms": 5000,
           *       "headers_timeout_ms": 10000,
           *       "max_open_retries": 100,
           *       "max_retry_after_seconds": 3600,
           *       "method": "POST",
           *       "headers": {
           *         "configured": true
           *       },
           *       "authentication": {
           *         "type": "basic"
           *       },
           *       "client_certificate": {
           *         "configured": true
           *       },
           *       "payload": {
           *         "content_type": "application/json",
           *         "template": "template"
           *       },
           *       "timeout_ms": 15000,
           *       "max_concurrency": 16,
           *       "rate_limit_per_second": 1,
           *       "retry_schedule_ms": [
           *         1
           *       ],
           *       "undelivered": {
           *         "open_retries": 0,
           *         "waiting_events": 1,
           *         "parked": 1
           *       }
           *     }
           */
          'application/json': components['schemas']['PausedWebhook'];
        };
      };
    };
  };
  postWebhooksByIdResume: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "version": 3,
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "updated_at": "2026-11-20T09:30:00.000Z",
           *       "name": "orders",
           *       "status": "active",
           *       "kind": "generic",
           *       "inputs": {},
           *       "url": "https://example.com/hooks",
           *       "source": "events",
           *       "operational_events": [
           *         "destination.degraded"
           *       ],
           *       "events": [
           *         "events"
           *       ],
           *       "exclude_events": [
           *         "exclude events"
           *       ],
           *       "properties": [
           *         {
           *           "operator": "is_set",
           *           "key": "sk_3vQb0sBvXkq1c0m2b8f0c7f1d11example0000000000",
           *           "source": "event"
           *         }
           *       ],
           *       "sample": {
           *         "percent": 1,
           *         "by": "person"
           *       },
           *       "mask": {
           *         "every_seconds": 1,
           *         "by": "person"
           *       },
           *       "batch": {
           *         "max_events": 2,
           *         "max_wait_seconds": 1,
           *         "max_bytes": 1024
           *       },
           *       "posthog_body": {
           *         "format": "action",
           *         "message": "the store answered 503",
           *         "project_url": "https://example.com/hooks"
           *       },
           *       "health_thresholds": {
           *         "failure_rate": 1,
           *         "min_sample": 1,
           *         "consecutive_failures": 1,
           *         "failing_seconds": 1
           *       },
           *       "ttl_seconds": 10,
           *       "connect_timeout_ms": 5000,
           *       "headers_timeout_ms": 10000,
           *       "max_open_retries": 100,
           *       "max_retry_after_seconds": 3600,
           *       "method": "POST",
           *       "headers": {
           *         "configured": true
           *       },
           *       "authentication": {
           *         "type": "basic"
           *       },
           *       "client_certificate": {
           *         "configured": true
           *       },
           *       "payload": {
           *         "content_type": "application/json",
           *         "template": "template"
           *       },
           *       "timeout_ms": 15000,
           *       "max_concurrency": 16,
           *       "rate_limit_per_second": 1,
           *       "retry_schedule_ms": [
           *         1
           *       ]
           *     }
           */
          'application/json': components['schemas']['Webhook'];
        };
      };
    };
  };
  postWebhooksByIdSecret: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
           *       "public_key": "public key",
           *       "previous": [
           *         {
           *           "valid_until": "2026-11-21T12:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': {
            secret: string;
            /** @description whpk_… that verifies v1a; null for a shared secret. */
            public_key: string | null;
            previous: {
              /** Format: date-time */
              valid_until: string;
            }[];
          };
        };
      };
    };
  };
  postWebhooksByIdSecretRotate: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "overlap_hours": 24
         *     }
         */
        'application/json': {
          /** @description whsec_… of Standard Webhooks; generated when left out. */
          secret?: string;
          /**
           * @description Of a generated secret: shared (v1), or ed25519, whose public key the receiver holds (v1a).
           * @default symmetric
           * @enum {string}
           */
          kind?: 'symmetric' | 'asymmetric';
          /**
           * @description How long the old secret signs too. 0 when it has leaked.
           * @default 24
           */
          overlap_hours?: number;
        } | null;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
           *       "public_key": "public key",
           *       "previous": [
           *         {
           *           "valid_until": "2026-11-21T12:00:00.000Z"
           *         }
           *       ],
           *       "version": 3
           *     }
           */
          'application/json': {
            secret: string;
            /** @description whpk_… that verifies v1a; null for a shared secret. */
            public_key: string | null;
            previous: {
              /** Format: date-time */
              valid_until: string;
            }[];
            /** @description Of the webhook, now. */
            version: number;
          };
        };
      };
    };
  };
  getWebhookKinds: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "kind": "generic",
           *           "title": "title",
           *           "summary": "summary",
           *           "docs": [
           *             "docs"
           *           ],
           *           "inputs_schema": {},
           *           "owns_request": true,
           *           "rate_limit_per_second": 1,
           *           "suggested_filter": {
           *             "events": [
           *               "events"
           *             ],
           *             "exclude_events": [
           *               "exclude events"
           *             ]
           *           },
           *           "test_event": {
           *             "event": "order placed",
           *             "properties": {}
           *           },
           *           "answers": [
           *             {
           *               "when": "when",
           *               "class": "delivered",
           *               "fault": "customer",
           *               "error": "error",
           *               "message": "the store answered 503",
           *               "remedy": "Nothing: it is retried."
           *             }
           *           ]
           *         }
           *       ]
           *     }
           */
          'application/json': {
            items: components['schemas']['WebhookKind'][];
          };
        };
      };
    };
  };
  postWebhooksByIdSimulate: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "change": {
         *         "events": [
         *           "order paid"
         *         ]
         *       },
         *       "last": 100
         *     }
         */
        'application/json': {
          /** @description As it would be sent to PATCH. */
          change: {
            /** @description Shown in lists and in the Temporal UI. */
            name?: string;
            operational_events?:
              | (
                  | 'destination.degraded'
                  | 'destination.paused'
                  | 'destination.misconfigured'
                  | 'destination.throttled'
                  | 'destination.gone'
                  | 'destination.recovering'
                  | 'destination.recovered'
                  | 'destination.paused_by_user'
                  | 'destination.resumed'
                  | 'destination.near_log_ttl'
                  | 'delivery.exhausted'
                  | 'delivery.lost'
                  | 'export.failed'
                  | 'export.paused'
                  | 'export.rows_unusual'
                  | 'backfill.completed'
                  | 'replay.completed'
                )[]
              | null;
            /** @description Settings of a kind other than generic, which make its request; see webhook-kinds. In a change, fields that are left out stay and null removes one. */
            inputs?: {
              [key: string]: unknown;
            };
            /** @description Receives a request per event. Of the kind generic only. */
            url?: string;
            events?: string[] | null;
            exclude_events?: string[] | null;
            properties?: components['schemas']['PropertyFiltersInput'] | null;
            sample?: {
              /** @description Share of the matching events. */
              percent: number;
              /**
               * @description person: a person is wholly in or out. event: each event for itself.
               * @default person
               * @enum {string}
               */
              by?: 'person' | 'event';
            } | null;
            mask?: {
              /** @description At most one event in so long, up to 30 days. */
              every_seconds: number;
              /**
               * @description Of what at most one event is sent: each person, each distinct id, or each value of a property.
               * @default person
               */
              by?:
                | ('person' | 'distinct_id')
                | {
                    /**
                     * @description Of whom it is a property.
                     * @default event
                     * @enum {string}
                     */
                    source?: 'event' | 'person';
                    /** @description Names of members, from the outside in. An event without the property is not masked. */
                    path: string[];
                  };
            } | null;
            batch?: {
              /** @description Events in one request. */
              max_events: number;
              /**
               * @description How long the first of them waits for others.
               * @default 5
               */
              max_wait_seconds?: number;
              /**
               * @description Of the body; an event that is larger is sent alone.
               * @default 1048576
               */
              max_bytes?: number;
            } | null;
            posthog_body?: {
              /**
               * @description action: a message. hook: the event, as REST hooks of PostHog got it.
               * @enum {string}
               */
              format: 'action' | 'hook';
              /** @description With tokens such as [event], [person], [event.properties.total]; [action.name] is this webhook’s name. */
              message?: string;
              /**
               * Format: uri
               * @description A project in PostHog, where names link to.
               */
              project_url?: string;
            } | null;
            health_thresholds?: {
              /** @description Share of attempts that fail; default 0.5. */
              failure_rate?: number;
              /** @description Below so many attempts a rate says nothing; default 10. */
              min_sample?: number;
              /** @description Failures in a row; default 10. */
              consecutive_failures?: number;
              /** @description For at least so long; default 60. */
              failing_seconds?: number;
            } | null;
            ttl_seconds?: number | null;
            connect_timeout_ms?: number | null;
            headers_timeout_ms?: number | null;
            max_open_retries?: number | null;
            max_retry_after_seconds?: number | null;
            /**
             * @description HTTP method.
             * @enum {string}
             */
            method?: 'POST' | 'PUT' | 'PATCH';
            headers?: {
              [key: string]: string;
            } | null;
            authentication?:
              | (
                  | {
                      /** @enum {string} */
                      type: 'basic';
                      username: string & (unknown & unknown);
                      password: string;
                    }
                  | {
                      /** @enum {string} */
                      type: 'bearer';
                      token: string;
                    }
                  | {
                      /** @enum {string} */
                      type: 'oauth2';
                      /** @description Asked for access tokens with the client-credentials grant (RFC 6749). */
                      token_url: string;
                      client_id: string;
                      client_secret: string;
                      scope?: string;
                      audience?: string;
                      /**
                       * @description Where the token endpoint expects id and secret.
                       * @default header
                       * @enum {string}
                       */
                      send_in?: 'header' | 'body';
                    }
                )
              | null;
            client_certificate?: {
              certificate: string;
              private_key: string;
            } | null;
            payload?: {
              /** @default application/json */
              content_type?: string;
              /** @description A JSON document whose strings are Liquid; for content types other than JSON one text. See templates. */
              template:
                | string
                | unknown[]
                | {
                    [key: string]: unknown;
                  };
            } | null;
            /** @description Time for the whole request. */
            timeout_ms?: number;
            /** @description Requests at the same time. */
            max_concurrency?: number;
            rate_limit_per_second?: number | null;
            retry_schedule_ms?: number[] | null;
            /** @description whsec_… of Standard Webhooks; generated when left out. */
            secret?: string;
          };
          /**
           * @description At most so many events that the webhook takes before or after the change, the newest.
           * @default 100
           */
          last?: number;
          /**
           * Format: date-time
           * @description Default: a day before `to`.
           */
          from?: string;
          /**
           * Format: date-time
           * @description Default: now.
           */
          to?: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "from": "2026-11-21T12:00:00.000000Z",
           *       "to": "2026-11-21T12:00:00.000000Z",
           *       "captured": 1,
           *       "matched_before": 1,
           *       "matched_after": 1,
           *       "masked_before": 1,
           *       "masked_after": 1,
           *       "begins": {
           *         "count": 1,
           *         "events": [
           *           {
           *             "uuid": "uuid",
           *             "event": "order placed",
           *             "distinct_id": "user-17",
           *             "inserted_at": "2026-11-21T12:00:00.000000Z"
           *           }
           *         ]
           *       },
           *       "ceases": {
           *         "count": 1,
           *         "events": [
           *           {
           *             "uuid": "uuid",
           *             "event": "order placed",
           *             "distinct_id": "user-17",
           *             "inserted_at": "2026-11-21T12:00:00.000000Z"
           *           }
           *         ]
           *       },
           *       "request": [
           *         {
           *           "part": "method",
           *           "before": "before",
           *           "after": "after"
           *         }
           *       ],
           *       "payloads": {
           *         "compared": 1,
           *         "changed": 1,
           *         "examples": [
           *           {
           *             "uuid": "uuid",
           *             "event": "order placed",
           *             "distinct_id": "user-17",
           *             "inserted_at": "2026-11-21T12:00:00.000000Z",
           *             "differences": [
           *               {
           *                 "path": "path",
           *                 "before": "before",
           *                 "after": "after"
           *               }
           *             ]
           *           }
           *         ]
           *       },
           *       "failed": {
           *         "count": 1,
           *         "examples": [
           *           {
           *             "uuid": "uuid",
           *             "event": "order placed",
           *             "distinct_id": "user-17",
           *             "inserted_at": "2026-11-21T12:00:00.000000Z",
           *             "code": "s3_unavailable",
           *             "message": "the store answered 503"
           *           }
           *         ]
           *       }
           *     }
           */
          'application/json': components['schemas']['WebhookSimulation'];
        };
      };
    };
  };
  postWebhooksPreview: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "url": "https://example.com/hooks",
         *       "events": [
         *         "order paid"
         *       ]
         *     }
         */
        'application/json': {
          /** @description Shown in lists and in the Temporal UI. */
          name?: string;
          /**
           * @description One of webhook-kinds.
           * @default generic
           */
          kind?: string;
          /** @description Settings of a kind other than generic, which make its request; see webhook-kinds. In a change, fields that are left out stay and null removes one. */
          inputs?: {
            [key: string]: unknown;
          };
          /** @description Receives a request per event. Of the kind generic only. */
          url?: string;
          /**
           * @description `messages`: no events, only what is sent to it. `operations`: what Sluice tells of itself.
           * @default events
           * @enum {string}
           */
          source?: 'events' | 'messages' | 'operations';
          /** @description With source operations: only these types. */
          operational_events?: (
            | 'destination.degraded'
            | 'destination.paused'
            | 'destination.misconfigured'
            | 'destination.throttled'
            | 'destination.gone'
            | 'destination.recovering'
            | 'destination.recovered'
            | 'destination.paused_by_user'
            | 'destination.resumed'
            | 'destination.near_log_ttl'
            | 'delivery.exhausted'
            | 'delivery.lost'
            | 'export.failed'
            | 'export.paused'
            | 'export.rows_unusual'
            | 'backfill.completed'
            | 'replay.completed'
          )[];
          /** @description Only these events. */
          events?: string[];
          /** @description Not these events; wins over events. */
          exclude_events?: string[];
          properties?: components['schemas']['PropertyFiltersInput'];
          /** @description Only a share of the events, always the same one. A larger share holds the smaller ones. */
          sample?: {
            /** @description Share of the matching events. */
            percent: number;
            /**
             * @description person: a person is wholly in or out. event: each event for itself.
             * @default person
             * @enum {string}
             */
            by?: 'person' | 'event';
          };
          /** @description At most one event of each person, distinct id or value in a time; others are masked, not sent. */
          mask?: {
            /** @description At most one event in so long, up to 30 days. */
            every_seconds: number;
            /**
             * @description Of what at most one event is sent: each person, each distinct id, or each value of a property.
             * @default person
             */
            by?:
              | ('person' | 'distinct_id')
              | {
                  /**
                   * @description Of whom it is a property.
                   * @default event
                   * @enum {string}
                   */
                  source?: 'event' | 'person';
                  /** @description Names of members, from the outside in. An event without the property is not masked. */
                  path: string[];
                };
          };
          /** @description A request holds a JSON array of bodies, each as it would be sent alone. */
          batch?: {
            /** @description Events in one request. */
            max_events: number;
            /**
             * @description How long the first of them waits for others.
             * @default 5
             */
            max_wait_seconds?: number;
            /**
             * @description Of the body; an event that is larger is sent alone.
             * @default 1048576
             */
            max_bytes?: number;
          };
          /** @description The body that webhooks of PostHog had, instead of payload. */
          posthog_body?: {
            /**
             * @description action: a message. hook: the event, as REST hooks of PostHog got it.
             * @enum {string}
             */
            format: 'action' | 'hook';
            /** @description With tokens such as [event], [person], [event.properties.total]; [action.name] is this webhook’s name. */
            message?: string;
            /**
             * Format: uri
             * @description A project in PostHog, where names link to.
             */
            project_url?: string;
          };
          /** @description When the webhook is paused because its endpoint fails: when all of these hold. */
          health_thresholds?: {
            /** @description Share of attempts that fail; default 0.5. */
            failure_rate?: number;
            /** @description Below so many attempts a rate says nothing; default 10. */
            min_sample?: number;
            /** @description Failures in a row; default 10. */
            consecutive_failures?: number;
            /** @description For at least so long; default 60. */
            failing_seconds?: number;
          };
          /** @description An event that was captured so long ago is not sent any more, but for a replay; up to 30 days. */
          ttl_seconds?: number;
          /** @description Of timeout_ms: for a connection with its TLS, once the address is known. Default: 5 seconds. */
          connect_timeout_ms?: number;
          /** @description Of timeout_ms: from the sending of a request to the headers of its answer. Default: what is left of it. */
          headers_timeout_ms?: number;
          /** @description Retry workflows at the same time; what fails beyond them is parked, and sent again when its time has come. Default, and never more: what the installation allows (1000). */
          max_open_retries?: number;
          /** @description An endpoint cannot put a try off by Retry-After for longer. Default: a day, and five minutes for 429 and 503. */
          max_retry_after_seconds?: number;
          /**
           * @description HTTP method.
           * @default POST
           * @enum {string}
           */
          method?: 'POST' | 'PUT' | 'PATCH';
          /** @description Sent with every request. Stored encrypted, never shown. */
          headers?: {
            [key: string]: string;
          };
          /** @description Wins over an authorization header of headers. Stored encrypted; only its type is shown. */
          authentication?:
            | {
                /** @enum {string} */
                type: 'basic';
                username: string & (unknown & unknown);
                password: string;
              }
            | {
                /** @enum {string} */
                type: 'bearer';
                token: string;
              }
            | {
                /** @enum {string} */
                type: 'oauth2';
                /** @description Asked for access tokens with the client-credentials grant (RFC 6749). */
                token_url: string;
                client_id: string;
                client_secret: string;
                scope?: string;
                audience?: string;
                /**
                 * @description Where the token endpoint expects id and secret.
                 * @default header
                 * @enum {string}
                 */
                send_in?: 'header' | 'body';
              };
          /** @description For mutual TLS: PEM, the certificate with its chain. Stored encrypted, never shown. */
          client_certificate?: {
            certificate: string;
            private_key: string;
          };
          /** @description The body of a request; left out: the event as Standard Webhooks recommends. */
          payload?: {
            /** @default application/json */
            content_type?: string;
            /** @description A JSON document whose strings are Liquid; for content types other than JSON one text. See templates. */
            template:
              | string
              | unknown[]
              | {
                  [key: string]: unknown;
                };
          };
          /**
           * @description Time for the whole request.
           * @default 15000
           */
          timeout_ms?: number;
          /**
           * @description Requests at the same time.
           * @default 16
           */
          max_concurrency?: number;
          /** @description Requests per second. */
          rate_limit_per_second?: number;
          /** @description Default: nine retries over 75 hours. */
          retry_schedule_ms?: number[];
          /** @description whsec_… of Standard Webhooks; generated when left out. */
          secret?: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "event": {
           *         "uuid": "uuid",
           *         "event": "order placed",
           *         "distinct_id": "user-17",
           *         "inserted_at": "2026-11-21T12:00:00.000Z"
           *       },
           *       "example_because": "none_matches",
           *       "request": {
           *         "method": "method",
           *         "url": "https://example.com/hooks",
           *         "headers": {},
           *         "body": "body",
           *         "refusal": {
           *           "code": "s3_unavailable",
           *           "message": "the store answered 503"
           *         }
           *       }
           *     }
           */
          'application/json': components['schemas']['WebhookPreview'];
        };
      };
    };
  };
  postWebhooksByIdRetry: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "event_uuids": [
         *         "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11"
         *       ]
         *     }
         */
        'application/json': {
          /** @description Events and messages that the webhook did not take. */
          event_uuids: string[];
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "woken": [
           *         "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11"
           *       ],
           *       "replay": {
           *         "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "webhook_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *         "scope": "event",
           *         "from": "from",
           *         "until": "until",
           *         "status": "running",
           *         "planned": 1,
           *         "planned_is_minimum": true,
           *         "delivered": 1200,
           *         "failed": 1,
           *         "skipped": 1,
           *         "percent": 1,
           *         "eta_seconds": 1,
           *         "settled_until": "settled until",
           *         "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *         "created_at": "2026-11-20T09:30:00.000Z",
           *         "begun_at": "2026-11-21T12:00:00.000Z",
           *         "ended_at": "2026-11-21T12:00:00.000Z"
           *       },
           *       "replayed": [
           *         "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11"
           *       ],
           *       "left": [
           *         {
           *           "event_uuid": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "because": "delivered"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['DeliveryRetry'];
        };
      };
    };
  };
  postWebhooksByIdTest: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "event": "order placed",
         *       "properties": {
         *         "total": 12.5
         *       }
         *     }
         */
        'application/json': {
          event?: string;
          properties?: {
            [key: string]: unknown;
          };
        } | null;
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "delivered": true,
           *       "status_code": 200,
           *       "error": {
           *         "code": "s3_unavailable",
           *         "message": "the store answered 503",
           *         "remedy": "Nothing: it is retried."
           *       },
           *       "duration_ms": 187,
           *       "dns_ms": 1.8,
           *       "connect_ms": 11.2,
           *       "tls_ms": 24.6,
           *       "first_byte_ms": 148.9,
           *       "response_headers": {
           *         "content-type": "application/json",
           *         "x-request-id": "7c1f",
           *         "set-cookie": "(not shown)"
           *       },
           *       "response_body": "response body",
           *       "request": {
           *         "method": "method",
           *         "url": "https://example.com/hooks",
           *         "headers": {},
           *         "body": "body",
           *         "refusal": {
           *           "code": "s3_unavailable",
           *           "message": "the store answered 503"
           *         }
           *       }
           *     }
           */
          'application/json': components['schemas']['WebhookTest'];
        };
      };
    };
  };
  getWebhooksByIdEventsByEventId: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
        /** @description The uuid of the event. */
        event_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "event": {
           *         "uuid": "uuid",
           *         "event": "order placed",
           *         "distinct_id": "user-17",
           *         "timestamp": "timestamp",
           *         "inserted_at": "inserted at"
           *       },
           *       "matched": true,
           *       "unmatched_by": "unmatched by",
           *       "state": "waiting",
           *       "limited_by": "rate_limit",
           *       "masked_by": "masked by",
           *       "next": "next",
           *       "next_attempt_at": "2026-11-21T12:00:00.000Z",
           *       "health": "healthy",
           *       "health_evidence": {},
           *       "webhook_id": "webhook id",
           *       "request": {
           *         "method": "method",
           *         "url": "https://example.com/hooks",
           *         "headers": {},
           *         "body": "body",
           *         "refusal": {
           *           "code": "s3_unavailable",
           *           "message": "the store answered 503"
           *         }
           *       },
           *       "batch": {
           *         "webhook_id": "webhook id",
           *         "events": 1,
           *         "event_uuids": [
           *           "event uuids"
           *         ]
           *       },
           *       "attempts": [
           *         {
           *           "webhook_id": "webhook id",
           *           "event_uuid": "event uuid",
           *           "event_inserted_at": "event inserted at",
           *           "attempt": 1,
           *           "attempted_at": "2026-11-21T12:00:00.000Z",
           *           "outcome": "delivered",
           *           "status_code": 200,
           *           "class": "delivered",
           *           "error": {
           *             "code": "s3_unavailable",
           *             "message": "the store answered 503",
           *             "remedy": "Nothing: it is retried."
           *           },
           *           "duration_ms": 187,
           *           "dns_ms": 1.8,
           *           "connect_ms": 11.2,
           *           "tls_ms": 24.6,
           *           "first_byte_ms": 148.9,
           *           "response_headers": {
           *             "content-type": "application/json",
           *             "x-request-id": "7c1f",
           *             "set-cookie": "(not shown)"
           *           },
           *           "response_body": "response body",
           *           "latency_ms": 1,
           *           "next_attempt_at": "2026-11-21T12:00:00.000Z",
           *           "via": "via",
           *           "masked_by": "masked by"
           *         }
           *       ],
           *       "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z"
           *     }
           */
          'application/json': components['schemas']['DeliveryExplanation'];
        };
      };
    };
  };
  getWebhooksByIdAttempts: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
        event_uuid?: string;
        outcome?: 'delivered' | 'retry_scheduled' | 'parked' | 'failed_attempt' | 'discarded' | 'masked';
        /** @description Of the attempt. With `search`: 7 days ago, unless told. */
        from?: string;
        /** @description Excluded. */
        to?: string;
        /** @description Text in the error, the answer, the event's name or uuid, or the status code, in any case. */
        search?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "webhook_id": "webhook id",
           *           "event_uuid": "event uuid",
           *           "event_inserted_at": "event inserted at",
           *           "attempt": 1,
           *           "attempted_at": "2026-11-21T12:00:00.000Z",
           *           "outcome": "delivered",
           *           "status_code": 200,
           *           "class": "delivered",
           *           "error": {
           *             "code": "s3_unavailable",
           *             "message": "the store answered 503",
           *             "remedy": "Nothing: it is retried."
           *           },
           *           "duration_ms": 187,
           *           "dns_ms": 1.8,
           *           "connect_ms": 11.2,
           *           "tls_ms": 24.6,
           *           "first_byte_ms": 148.9,
           *           "response_headers": {
           *             "content-type": "application/json",
           *             "x-request-id": "7c1f",
           *             "set-cookie": "(not shown)"
           *           },
           *           "response_body": "response body",
           *           "latency_ms": 1,
           *           "next_attempt_at": "2026-11-21T12:00:00.000Z",
           *           "via": "via",
           *           "masked_by": "masked by"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['Attempt'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  getWebhooksByIdState: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "health": "healthy",
           *       "since": "2026-11-21T12:00:00.000Z",
           *       "evidence": {},
           *       "next_probe_at": "2026-11-21T12:00:00.000Z",
           *       "open_retries": 0,
           *       "near_log_end": {
           *         "waiting_since": "2026-11-21T12:00:00.000Z",
           *         "kept_until": "2026-11-21T12:00:00.000Z"
           *       },
           *       "lost": [
           *         {
           *           "from": "2026-11-21T12:00:00.000Z",
           *           "until": "2026-11-21T12:00:00.000Z",
           *           "events": 1,
           *           "told_at": "2026-11-21T12:00:00.000Z"
           *         }
           *       ],
           *       "transitions": [
           *         {
           *           "from": "from",
           *           "to": "to",
           *           "at": "2026-11-21T12:00:00.000Z",
           *           "evidence": {},
           *           "by": {
           *             "kind": "user",
           *             "name": "orders"
           *           }
           *         }
           *       ]
           *     }
           */
          'application/json': {
            /** @enum {string} */
            health: 'healthy' | 'degraded' | 'paused_auto' | 'recovering' | 'gone' | 'misconfigured';
            /** Format: date-time */
            since: string;
            /** @description What was seen. */
            evidence: {
              [key: string]: unknown;
            };
            next_probe_at: string | null;
            open_retries: number;
            /** @description What waits that the event log will forget within three days. */
            near_log_end: {
              /**
               * Format: date-time
               * @description When the oldest event was captured that waits for the webhook.
               */
              waiting_since: string;
              /**
               * Format: date-time
               * @description The event log forgets it after that.
               */
              kept_until: string;
            } | null;
            /** @description What the event log forgot before the webhook could be sent it; the newest first. */
            lost: {
              /**
               * Format: date-time
               * @description Of the capture.
               */
              from: string;
              /** Format: date-time */
              until: string;
              events: number;
              /** Format: date-time */
              told_at: string;
            }[];
            /** @description Newest first. A pause by a user and its end are among them, as `paused_user`. */
            transitions: {
              from: string;
              to: string;
              /** Format: date-time */
              at: string;
              /** @description What was seen. */
              evidence: {
                [key: string]: unknown;
              };
              /** @description Null: Sluice itself, or nobody knows. */
              by: {
                /** @enum {string} */
                kind: 'user' | 'key';
                name: string;
              } | null;
            }[];
          };
        };
      };
    };
  };
  getWebhooksByIdStats: {
    parameters: {
      query?: {
        since?: string;
        /** @description A day before `to`, unless told. */
        from?: string;
        /** @description Now, unless told; excluded. */
        to?: string;
        /** @description Seconds of a point, 10 to 86400. */
        step?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "delivered": 1200,
           *       "discarded": 0,
           *       "attempts": 1204,
           *       "p50_ms": 42,
           *       "p99_ms": 180,
           *       "points": [
           *         {
           *           "at": "2026-11-21T12:00:00.000Z",
           *           "attempts": 1204,
           *           "delivered": 1200,
           *           "discarded": 0,
           *           "retries": 1,
           *           "success_rate": 0.997,
           *           "p50_ms": 42,
           *           "p95_ms": 96,
           *           "p99_ms": 180
           *         }
           *       ]
           *     }
           */
          'application/json': {
            /** @description Events. */
            delivered: number;
            /** @description Events given up. */
            discarded: number;
            attempts: number;
            /** @description Latency of delivered events, capture to response. */
            p50_ms: number | null;
            p99_ms: number | null;
            /** @description Oldest first; spans without attempts are absent. */
            points: {
              /**
               * Format: date-time
               * @description Start of the span.
               */
              at: string;
              attempts: number;
              delivered: number;
              /** @description Events given up. */
              discarded: number;
              /** @description Attempts after the first. */
              retries: number;
              success_rate: number;
              /** @description Of requests that succeeded, to the end of the answer. */
              p50_ms: number | null;
              p95_ms: number | null;
              p99_ms: number | null;
            }[];
          };
        };
      };
    };
  };
  getWebhooksByIdVersions: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "version": 3,
           *           "created_at": "2026-11-20T09:30:00.000Z",
           *           "by": {
           *             "kind": "user",
           *             "name": "orders"
           *           },
           *           "changes": [
           *             {
           *               "field": "field",
           *               "before": null,
           *               "after": null,
           *               "secret": true
           *             }
           *           ]
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['SettingsVersion'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  getDestinationsByIdVersions: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "version": 3,
           *           "created_at": "2026-11-20T09:30:00.000Z",
           *           "by": {
           *             "kind": "user",
           *             "name": "orders"
           *           },
           *           "changes": [
           *             {
           *               "field": "field",
           *               "before": null,
           *               "after": null,
           *               "secret": true
           *             }
           *           ]
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['SettingsVersion'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  getWebhooksByIdMessages: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "event_type": "invoice.paid",
           *           "state": "waiting",
           *           "attempts": 1204,
           *           "next_attempt_at": "2026-11-21T12:00:00.000Z",
           *           "last_status_code": 1,
           *           "last_error_code": "last error code",
           *           "idempotency_key": "idempotency key",
           *           "created_at": "2026-11-20T09:30:00.000Z",
           *           "expires_at": "2027-11-21T00:00:00.000Z"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['Message'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  postWebhooksByIdMessages: {
    parameters: {
      query?: never;
      header?: {
        'idempotency-key'?: string & (unknown & unknown);
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "event_type": "invoice.paid",
         *       "payload": {
         *         "number": "R-1001",
         *         "total": 12.5
         *       }
         *     }
         */
        'application/json': {
          /** @description What happened: `type` of the body. */
          event_type: string;
          /** @description Any JSON of up to 256 KB: `data` of the body. */
          payload: unknown;
          /**
           * @description Not delivered by then, it is given up.
           * @default 2592000
           */
          ttl_seconds?: number;
        };
      };
    };
    responses: {
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "event_type": "invoice.paid",
           *       "state": "waiting",
           *       "attempts": 1204,
           *       "next_attempt_at": "2026-11-21T12:00:00.000Z",
           *       "last_status_code": 1,
           *       "last_error_code": "last error code",
           *       "idempotency_key": "idempotency key",
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "expires_at": "2027-11-21T00:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Message'];
        };
      };
    };
  };
  getWebhooksByIdMessagesByMessageId: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
        message_id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "event_type": "invoice.paid",
           *       "state": "waiting",
           *       "attempts": 1204,
           *       "next_attempt_at": "2026-11-21T12:00:00.000Z",
           *       "last_status_code": 1,
           *       "last_error_code": "last error code",
           *       "idempotency_key": "idempotency key",
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "expires_at": "2027-11-21T00:00:00.000Z",
           *       "payload": null,
           *       "delivery_attempts": [
           *         {
           *           "webhook_id": "webhook id",
           *           "event_uuid": "event uuid",
           *           "event_inserted_at": "event inserted at",
           *           "attempt": 1,
           *           "attempted_at": "2026-11-21T12:00:00.000Z",
           *           "outcome": "delivered",
           *           "status_code": 200,
           *           "class": "delivered",
           *           "error": {
           *             "code": "s3_unavailable",
           *             "message": "the store answered 503",
           *             "remedy": "Nothing: it is retried."
           *           },
           *           "duration_ms": 187,
           *           "dns_ms": 1.8,
           *           "connect_ms": 11.2,
           *           "tls_ms": 24.6,
           *           "first_byte_ms": 148.9,
           *           "response_headers": {
           *             "content-type": "application/json",
           *             "x-request-id": "7c1f",
           *             "set-cookie": "(not shown)"
           *           },
           *           "response_body": "response body",
           *           "latency_ms": 1,
           *           "next_attempt_at": "2026-11-21T12:00:00.000Z",
           *           "via": "via",
           *           "masked_by": "masked by"
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['MessageDetails'];
        };
      };
    };
  };
  getOperationalEvents: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "type": "destination.degraded",
           *           "description": "What it is for.",
           *           "payload": {}
           *         }
           *       ]
           *     }
           */
          'application/json': {
            items: {
              /** @enum {string} */
              type:
                | 'destination.degraded'
                | 'destination.paused'
                | 'destination.misconfigured'
                | 'destination.throttled'
                | 'destination.gone'
                | 'destination.recovering'
                | 'destination.recovered'
                | 'destination.paused_by_user'
                | 'destination.resumed'
                | 'destination.near_log_ttl'
                | 'delivery.exhausted'
                | 'delivery.lost'
                | 'export.failed'
                | 'export.paused'
                | 'export.rows_unusual'
                | 'backfill.completed'
                | 'replay.completed';
              description: string;
              /** @description JSON Schema of `data`. */
              payload: {
                [key: string]: unknown;
              };
            }[];
          };
        };
      };
    };
  };
  postHooksSubscribe: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "target_url": "https://hooks.example.com/1",
         *       "event": "order placed"
         *     }
         */
        'application/json': {
          /** @description Gets a request for each event. */
          target_url?: string;
          /** @description Another name of target_url, as some tools send it. */
          hookUrl?: string;
          /** @description Name of the events that are sent. */
          event: string;
          name?: string;
          /**
           * Format: date-time
           * @description The subscription ends by itself then.
           */
          expires_at?: string;
          /**
           * @description The address first gets X-Hook-Secret in an empty request and has to answer 2xx with that header.
           * @default false
           */
          handshake?: boolean;
        };
      };
    };
    responses: {
      /** @description Default Response */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "event": "order placed",
           *       "target_url": "https://hooks.example.com/1",
           *       "state": "active",
           *       "expires_at": "2027-11-21T00:00:00.000Z",
           *       "removed_at": "2026-11-21T12:00:00.000Z",
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
           *     }
           */
          'application/json': {
            /** Format: uuid */
            id: string;
            event: string;
            target_url: string;
            /**
             * @description `gone`: the address answered 410.
             * @enum {string}
             */
            state: 'active' | 'unsubscribed' | 'gone' | 'expired';
            expires_at: string | null;
            removed_at: string | null;
            /** Format: date-time */
            created_at: string;
            /** @description Signs the requests. Shown only here. */
            secret: string;
          };
        };
      };
    };
  };
  getHooksSample: {
    parameters: {
      query: {
        /** @description Name of the events that are sent. */
        event: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example [
           *       null
           *     ]
           */
          'application/json': unknown[];
        };
      };
    };
  };
  getHooks: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "event": "order placed",
           *           "target_url": "https://hooks.example.com/1",
           *           "state": "active",
           *           "expires_at": "2027-11-21T00:00:00.000Z",
           *           "removed_at": "2026-11-21T12:00:00.000Z",
           *           "created_at": "2026-11-20T09:30:00.000Z"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['Hook'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  getHooksById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "event": "order placed",
           *       "target_url": "https://hooks.example.com/1",
           *       "state": "active",
           *       "expires_at": "2027-11-21T00:00:00.000Z",
           *       "removed_at": "2026-11-21T12:00:00.000Z",
           *       "created_at": "2026-11-20T09:30:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Hook'];
        };
      };
    };
  };
  deleteHooksById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "event": "order placed",
           *       "target_url": "https://hooks.example.com/1",
           *       "state": "active",
           *       "expires_at": "2027-11-21T00:00:00.000Z",
           *       "removed_at": "2026-11-21T12:00:00.000Z",
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "undelivered": {
           *         "open_retries": 0,
           *         "waiting_events": 1,
           *         "parked": 1
           *       }
           *     }
           */
          'application/json': components['schemas']['UnsubscribedHook'];
        };
      };
    };
  };
  getWebhooksByIdReplays: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "webhook_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "scope": "event",
           *           "from": "from",
           *           "until": "until",
           *           "status": "running",
           *           "planned": 1,
           *           "planned_is_minimum": true,
           *           "delivered": 1200,
           *           "failed": 1,
           *           "skipped": 1,
           *           "percent": 1,
           *           "eta_seconds": 1,
           *           "settled_until": "settled until",
           *           "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *           "created_at": "2026-11-20T09:30:00.000Z",
           *           "begun_at": "2026-11-21T12:00:00.000Z",
           *           "ended_at": "2026-11-21T12:00:00.000Z"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['Replay'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  postWebhooksByIdReplays: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
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
         *       "scope": "failed",
         *       "from": "2026-11-20T00:00:00Z",
         *       "until": "2026-11-21T00:00:00Z",
         *       "dry_run": true
         *     }
         */
        'application/json': {
          /**
           * @description event: those named; failed: those given up or parked; matched: all that the filter matches.
           * @enum {string}
           */
          scope: 'event' | 'failed' | 'matched';
          /**
           * Format: date-time
           * @description Time of ingestion. Needed for a range.
           */
          from?: string;
          /**
           * Format: date-time
           * @description Exclusive; at the most, and when left out, now.
           */
          until?: string;
          /** @description With scope event; messages too. */
          event_uuids?: string[];
          /**
           * @description Count only.
           * @default false
           */
          dry_run?: boolean;
          /** @description The same key again answers the same replay. */
          idempotency_key?: string;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "dry_run": true,
           *       "scope": "event",
           *       "from": "from",
           *       "until": "until",
           *       "planned": 1,
           *       "planned_is_minimum": true,
           *       "masked": 1,
           *       "eta_seconds": 1,
           *       "sample": [
           *         {
           *           "event_uuid": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "inserted_at": "inserted at"
           *         }
           *       ],
           *       "unknown_event_uuids": [
           *         "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11"
           *       ]
           *     }
           */
          'application/json': {
            /** @enum {boolean} */
            dry_run: true;
            /** @enum {string} */
            scope: 'event' | 'failed' | 'matched';
            /** @description RFC 3339 UTC with microseconds, a time of ingestion. */
            from: string;
            /** @description RFC 3339 UTC with microseconds, a time of ingestion. */
            until: string;
            /** @description Events, estimated. */
            planned: number;
            /** @description The range is too wide to count all of it in time: more may match. */
            planned_is_minimum: boolean;
            /** @description Of those, events that were masked when they came: they are left out again. */
            masked: number;
            /** @description In half of the limits of the webhook, at the speed of its endpoint. */
            eta_seconds: number;
            /** @description The first few. */
            sample: {
              /** Format: uuid */
              event_uuid: string;
              /** @description RFC 3339 UTC with microseconds, a time of ingestion. */
              inserted_at: string;
            }[];
            /** @description Not in the event log, and no message that is still sent. */
            unknown_event_uuids: string[];
          };
        };
      };
      /** @description Default Response */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "webhook_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "scope": "event",
           *       "from": "from",
           *       "until": "until",
           *       "status": "running",
           *       "planned": 1,
           *       "planned_is_minimum": true,
           *       "delivered": 1200,
           *       "failed": 1,
           *       "skipped": 1,
           *       "percent": 1,
           *       "eta_seconds": 1,
           *       "settled_until": "settled until",
           *       "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "begun_at": "2026-11-21T12:00:00.000Z",
           *       "ended_at": "2026-11-21T12:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Replay'];
        };
      };
    };
  };
  getReplaysById: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "webhook_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "scope": "event",
           *       "from": "from",
           *       "until": "until",
           *       "status": "running",
           *       "planned": 1,
           *       "planned_is_minimum": true,
           *       "delivered": 1200,
           *       "failed": 1,
           *       "skipped": 1,
           *       "percent": 1,
           *       "eta_seconds": 1,
           *       "settled_until": "settled until",
           *       "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "begun_at": "2026-11-21T12:00:00.000Z",
           *       "ended_at": "2026-11-21T12:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Replay'];
        };
      };
    };
  };
  postReplaysByIdPause: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "webhook_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "scope": "event",
           *       "from": "from",
           *       "until": "until",
           *       "status": "running",
           *       "planned": 1,
           *       "planned_is_minimum": true,
           *       "delivered": 1200,
           *       "failed": 1,
           *       "skipped": 1,
           *       "percent": 1,
           *       "eta_seconds": 1,
           *       "settled_until": "settled until",
           *       "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "begun_at": "2026-11-21T12:00:00.000Z",
           *       "ended_at": "2026-11-21T12:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Replay'];
        };
      };
    };
  };
  postReplaysByIdResume: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "webhook_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "scope": "event",
           *       "from": "from",
           *       "until": "until",
           *       "status": "running",
           *       "planned": 1,
           *       "planned_is_minimum": true,
           *       "delivered": 1200,
           *       "failed": 1,
           *       "skipped": 1,
           *       "percent": 1,
           *       "eta_seconds": 1,
           *       "settled_until": "settled until",
           *       "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "begun_at": "2026-11-21T12:00:00.000Z",
           *       "ended_at": "2026-11-21T12:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Replay'];
        };
      };
    };
  };
  postReplaysByIdCancel: {
    parameters: {
      query?: never;
      header?: {
        /** @description Carries the request out once in 24 hours; repeated, it gets the first answer. */
        'Idempotency-Key'?: components['parameters']['IdempotencyKey'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "webhook_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "scope": "event",
           *       "from": "from",
           *       "until": "until",
           *       "status": "running",
           *       "planned": 1,
           *       "planned_is_minimum": true,
           *       "delivered": 1200,
           *       "failed": 1,
           *       "skipped": 1,
           *       "percent": 1,
           *       "eta_seconds": 1,
           *       "settled_until": "settled until",
           *       "workflow_id": "export/8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11-2026-11-21T12:00:00Z",
           *       "created_at": "2026-11-20T09:30:00.000Z",
           *       "begun_at": "2026-11-21T12:00:00.000Z",
           *       "ended_at": "2026-11-21T12:00:00.000Z"
           *     }
           */
          'application/json': components['schemas']['Replay'];
        };
      };
    };
  };
  getOverview: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "generated_at": "2026-11-21T12:00:00.000Z",
           *       "sources": [
           *         {
           *           "library": "posthog-node",
           *           "events": 1,
           *           "events_per_minute": 1,
           *           "points": [
           *             {
           *               "at": "2026-11-21T12:00:00.000Z",
           *               "events": 1
           *             }
           *           ]
           *         }
           *       ],
           *       "totals": {
           *         "webhooks": {
           *           "count": 1,
           *           "sent": 1,
           *           "lag_seconds": 1,
           *           "urgent": 1,
           *           "states": [
           *             {
           *               "state": "healthy",
           *               "count": 1
           *             }
           *           ]
           *         },
           *         "exports": {
           *           "count": 1,
           *           "sent": 1,
           *           "lag_seconds": 1,
           *           "urgent": 1,
           *           "states": [
           *             {
           *               "state": "healthy",
           *               "count": 1
           *             }
           *           ]
           *         }
           *       },
           *       "destinations": [
           *         {
           *           "product": "webhook",
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "name": "orders",
           *           "kind": "generic",
           *           "destination": {
           *             "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *             "name": "orders"
           *           },
           *           "interval": "interval",
           *           "health": "healthy",
           *           "state": "healthy",
           *           "lag_seconds": 1,
           *           "success_rate": 0.997,
           *           "sent": 1,
           *           "last_error": {
           *             "code": "s3_unavailable",
           *             "message": "the store answered 503",
           *             "remedy": "Nothing: it is retried."
           *           },
           *           "unusual_rows": {
           *             "kind": "drop",
           *             "rows": 120000,
           *             "expected": 1,
           *             "low": 1,
           *             "high": 1
           *           }
           *         }
           *       ],
           *       "attention": [
           *         {
           *           "product": "webhook",
           *           "id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "name": "orders",
           *           "health": "healthy",
           *           "reason": "reason",
           *           "remedy": "Nothing: it is retried."
           *         }
           *       ]
           *     }
           */
          'application/json': components['schemas']['Overview'];
        };
      };
    };
  };
  getUsage: {
    parameters: {
      query?: {
        /** @description A day before `to`, unless told. */
        from?: string;
        /** @description Now, unless told; excluded. */
        to?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "days": [
           *         {
           *           "day": "2026-11-21",
           *           "events": 1,
           *           "exports": {
           *             "runs": 1,
           *             "rows": 120000,
           *             "bytes": 9400000
           *           },
           *           "webhooks": {
           *             "attempts": 1204,
           *             "delivered": 1200
           *           }
           *         }
           *       ],
           *       "limits": {
           *         "requests_per_minute": 1
           *       },
           *       "quotas": {
           *         "version": 3,
           *         "export_rows": {
           *           "limit": 1,
           *           "used": 1,
           *           "renews_at": "2026-11-21T12:00:00.000Z"
           *         }
           *       }
           *     }
           */
          'application/json': {
            days: {
              /** Format: date */
              day: string;
              /** @description Captured, as far back as the event log reached when usage was first added up. */
              events: number;
              /** @description Of completed runs, by their end. */
              exports: {
                runs: number;
                rows: number;
                bytes: number;
              };
              webhooks: {
                attempts: number;
                delivered: number;
              };
            }[];
            limits: {
              /** @description Of a key or a user, at each server process; null: there is no limit. Beyond it, rate_limited. */
              requests_per_minute: number | null;
            };
            quotas: components['schemas']['Quotas'];
          };
        };
      };
    };
  };
  getQuotas: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "version": 3,
           *       "export_rows": {
           *         "limit": 1,
           *         "used": 1,
           *         "renews_at": "2026-11-21T12:00:00.000Z"
           *       }
           *     }
           */
          'application/json': components['schemas']['Quotas'];
        };
      };
    };
  };
  patchQuotas: {
    parameters: {
      query?: never;
      header?: {
        /** @description The ETag of what was read: refused with version_changed when somebody has changed it since. */
        'If-Match'?: components['parameters']['IfMatch'];
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        /**
         * @example {
         *       "export_rows_per_day": 5000000
         *     }
         */
        'application/json': {
          /** @description Rows that all exports of the team together may load in a UTC day; null: any number. */
          export_rows_per_day: number | null;
        };
      };
    };
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "version": 3,
           *       "export_rows": {
           *         "limit": 1,
           *         "used": 1,
           *         "renews_at": "2026-11-21T12:00:00.000Z"
           *       }
           *     }
           */
          'application/json': components['schemas']['Quotas'];
        };
      };
    };
  };
  getCapture: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "host": "host",
           *       "capture_token": "capture token"
           *     }
           */
          'application/json': components['schemas']['CaptureSettings'];
        };
      };
    };
  };
  getEvents: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
        /** @description A tail_cursor. */
        after?: string;
        since?: string;
        /** @description Name of the event. */
        event?: string;
        /** @description A uuid, or text in the distinct id, the name or the properties, in any case. */
        search?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "uuid": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "event": "order placed",
           *           "distinct_id": "user-17",
           *           "timestamp": "timestamp",
           *           "inserted_at": "2026-11-21T12:00:00.000Z",
           *           "library": "posthog-node"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ",
           *       "tail_cursor": "WzE3OTUyNjI0MDAwMDAwMDBd"
           *     }
           */
          'application/json': {
            items: {
              /** Format: uuid */
              uuid: string;
              event: string;
              distinct_id: string;
              /** @description The event's own time, with microseconds. */
              timestamp: string;
              /** Format: date-time */
              inserted_at: string;
              /** @description Property $lib. */
              library: string;
            }[];
            next_cursor: string | null;
            /** @description As `after`, it asks for what came later; null while there is nothing. */
            tail_cursor: string | null;
          };
        };
      };
    };
  };
  getEventsByUuid: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        uuid: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "uuid": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "event": "order placed",
           *       "distinct_id": "user-17",
           *       "timestamp": "timestamp",
           *       "inserted_at": "2026-11-21T12:00:00.000Z",
           *       "person_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *       "properties": "properties",
           *       "person_properties": "person properties",
           *       "exports": [
           *         {
           *           "export_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "name": "orders",
           *           "run_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "status": "starting",
           *           "interval_start": "2026-11-21T11:00:00.000Z",
           *           "interval_end": "2026-11-21T12:00:00.000Z"
           *         }
           *       ],
           *       "webhooks": [
           *         {
           *           "webhook_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "name": "orders",
           *           "attempts": 1204,
           *           "outcome": "outcome",
           *           "attempted_at": "2026-11-21T12:00:00.000Z"
           *         }
           *       ]
           *     }
           */
          'application/json': {
            /** Format: uuid */
            uuid: string;
            event: string;
            distinct_id: string;
            /** @description The event's own time, with microseconds. */
            timestamp: string;
            /** Format: date-time */
            inserted_at: string;
            /** Format: uuid */
            person_id: string;
            /** @description JSON text, exactly as it was captured. */
            properties: string;
            /** @description JSON text. */
            person_properties: string;
            /** @description The last run of each export for the interval that holds the event; its filter decides if it is in it. */
            exports: {
              /** Format: uuid */
              export_id: string;
              name: string;
              /** Format: uuid */
              run_id: string;
              /** @enum {string} */
              status:
                | 'starting'
                | 'running'
                | 'completed'
                | 'failed'
                | 'failed_retryable'
                | 'cancelled'
                | 'terminated'
                | 'timed_out'
                | 'over_quota'
                | 'skipped';
              /** Format: date-time */
              interval_start: string;
              /** Format: date-time */
              interval_end: string;
            }[];
            /** @description Webhooks that tried. /webhooks/{id}/events/{uuid} tells the whole story of one. */
            webhooks: {
              /** Format: uuid */
              webhook_id: string;
              name: string;
              attempts: number;
              /** @description Of the last attempt. */
              outcome: string;
              /** Format: date-time */
              attempted_at: string;
            }[];
          };
        };
      };
    };
  };
  getPropertyNames: {
    parameters: {
      query?: never;
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "event": [
           *         "order placed"
           *       ],
           *       "person": [
           *         "person"
           *       ]
           *     }
           */
          'application/json': components['schemas']['PropertyNames'];
        };
      };
    };
  };
  getExportsByIdStats: {
    parameters: {
      query?: {
        /** @description A day before `to`, unless told. */
        from?: string;
        /** @description Now, unless told; excluded. */
        to?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "points": [
           *         {
           *           "run_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "status": "starting",
           *           "trigger": "schedule",
           *           "interval_start": "2026-11-21T11:00:00.000Z",
           *           "interval_end": "2026-11-21T12:00:00.000Z",
           *           "rows": 120000,
           *           "bytes": 9400000,
           *           "started_at": "2026-11-21T12:01:00.000Z",
           *           "duration_seconds": 7
           *         }
           *       ]
           *     }
           */
          'application/json': {
            points: {
              /** Format: uuid */
              run_id: string;
              /** @enum {string} */
              status:
                | 'starting'
                | 'running'
                | 'completed'
                | 'failed'
                | 'failed_retryable'
                | 'cancelled'
                | 'terminated'
                | 'timed_out'
                | 'over_quota'
                | 'skipped';
              trigger: string;
              /** Format: date-time */
              interval_start: string;
              /** Format: date-time */
              interval_end: string;
              rows: number;
              bytes: number;
              /** Format: date-time */
              started_at: string;
              /** @description Null while it runs. */
              duration_seconds: number | null;
            }[];
          };
        };
      };
    };
  };
  getExportsByIdVersions: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "version": 3,
           *           "created_at": "2026-11-20T09:30:00.000Z",
           *           "by": {
           *             "kind": "user",
           *             "name": "orders"
           *           },
           *           "changes": [
           *             {
           *               "field": "field",
           *               "before": null,
           *               "after": null
           *             }
           *           ]
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: {
              version: number;
              /** Format: date-time */
              created_at: string;
              /** @description Null: Sluice itself, or nobody knows. */
              by: {
                /** @enum {string} */
                kind: 'user' | 'key';
                name: string;
              } | null;
              /** @description Against the version before; of the first one what is set. Names as stored. */
              changes: {
                field: string;
                before: unknown;
                after: unknown;
              }[];
            }[];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  getExportsByIdAnomalies: {
    parameters: {
      query?: {
        /** @description Items per page, 1 to 100. */
        limit?: string;
        /** @description `next_cursor` of the page before. */
        cursor?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "items": [
           *         {
           *           "interval_end": "2026-11-21T12:00:00.000Z",
           *           "run_id": "8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11",
           *           "kind": "drop",
           *           "rows": 120000,
           *           "expected": 1,
           *           "low": 1,
           *           "high": 1,
           *           "found_at": "2026-11-21T12:00:00.000Z"
           *         }
           *       ],
           *       "next_cursor": "WyIyMDI2LTExLTIxVDEyOjAwOjAwLjAwMFoiXQ"
           *     }
           */
          'application/json': {
            items: components['schemas']['RowAnomaly'][];
            next_cursor: string | null;
          };
        };
      };
    };
  };
  getStatsById: {
    parameters: {
      query?: {
        /** @description Default: a day before `to`. */
        from?: string;
        /** @description Default: now. */
        to?: string;
      };
      header?: {
        /** @description Of a session whose user is a member of several teams: the id of the one that is meant. */
        'X-Sluice-Team'?: components['parameters']['SluiceTeam'];
      };
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          /**
           * @example {
           *       "of": "runs",
           *       "from": "2026-11-21T12:00:00.000Z",
           *       "to": "2026-11-21T12:00:00.000Z",
           *       "reaches_back_to": "2026-11-21T12:00:00.000Z",
           *       "complete": true,
           *       "outcomes": {},
           *       "open": 1,
           *       "success_rate": 0.997,
           *       "retries": {},
           *       "latency_ms": {
           *         "queue": {
           *           "count": 1,
           *           "p50": 1,
           *           "p95": 1,
           *           "p99": 1,
           *           "max": 1
           *         },
           *         "run": {
           *           "count": 1,
           *           "p50": 1,
           *           "p95": 1,
           *           "p99": 1,
           *           "max": 1
           *         },
           *         "end_to_end": {
           *           "count": 1,
           *           "p50": 1,
           *           "p95": 1,
           *           "p99": 1,
           *           "max": 1
           *         }
           *       },
           *       "histories_read": 1
           *     }
           */
          'application/json': {
            /** @enum {string} */
            of: 'runs' | 'deliveries';
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /**
             * Format: date-time
             * @description Temporal forgets what ended before: the namespace's retention.
             */
            reaches_back_to: string;
            /** @description Whether the whole range lies within that. */
            complete: boolean;
            /** @description Ended in the range, by outcome. */
            outcomes: {
              [key: string]: number;
            };
            /** @description Not ended yet: open runs, or events that have a retry. Parked events, as all that fail of a webhook with `batch` are, have none: the log of attempts knows them. */
            open: number;
            /** @description Of those that succeeded or failed. */
            success_rate: number | null;
            /** @description How many needed how many retries: repeated attempts of activities, or attempts at an event beyond the first two. */
            retries: {
              [key: string]: number;
            };
            latency_ms: {
              /** @description How long activities waited for a worker. Of runs without those that somebody asked for: backfills, repairs, runs by hand or on demand. */
              queue: {
                count: number;
                p50: number;
                p95: number;
                p99: number;
                max: number;
              } | null;
              /** @description Start to end of the workflow. */
              run: {
                count: number;
                p50: number;
                p95: number;
                p99: number;
                max: number;
              } | null;
              /** @description From the end of the interval (of the same runs), or from capture; deliveries of a shard are known to the upper bound of their bucket. */
              end_to_end: {
                count: number;
                p50: number;
                p95: number;
                p99: number;
                max: number;
              } | null;
            };
            /** @description The table of retries and the latencies but `run` are of these. */
            histories_read: number;
          };
        };
      };
    };
  };
}
