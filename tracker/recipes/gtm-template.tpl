___TERMS_OF_SERVICE___

By creating or modifying this file you agree to Google Tag Manager's Community
Template Gallery Developer Terms of Service available at
https://developers.google.com/tag-manager/gallery-tos (or such other URL as
Google may provide), as modified from time to time.


___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "version": 1,
  "securityGroups": [],
  "displayName": "Sillage",
  "brand": { "id": "brand_dummy", "displayName": "Sillage" },
  "description": "Sends visits and GA4 e-commerce events of the data layer to your own Sillage collector. It follows Consent Mode.",
  "containerContexts": ["WEB"]
}


___TEMPLATE_PARAMETERS___

[
  {
    "type": "TEXT",
    "name": "script",
    "displayName": "Address of tracker.js, on your own site",
    "simpleValueType": true,
    "valueValidators": [{ "type": "REGEX", "args": ["^https://.+"] }]
  },
  {
    "type": "TEXT",
    "name": "endpoint",
    "displayName": "Address of the collector (the output CollectUrl)",
    "simpleValueType": true,
    "valueValidators": [{ "type": "REGEX", "args": ["^https://.+/collect$"] }]
  }
]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const addConsentListener = require('addConsentListener');
const callInWindow = require('callInWindow');
const copyFromDataLayer = require('copyFromDataLayer');
const copyFromWindow = require('copyFromWindow');
const createArgumentsQueue = require('createArgumentsQueue');
const injectScript = require('injectScript');
const isConsentGranted = require('isConsentGranted');
const makeInteger = require('makeInteger');
const makeNumber = require('makeNumber');
const makeString = require('makeString');
const setInWindow = require('setInWindow');

// GA4's names, which are the tracker's too. Page views the tracker counts by itself.
const names = [
  'view_item_list', 'view_item', 'search', 'add_to_cart', 'remove_from_cart', 'begin_checkout',
  'add_shipping_info', 'add_payment_info', 'purchase', 'sign_up', 'login',
];

// Calls wait in sillage.q until the tracker is there, which then takes its place.
if (!copyFromWindow('sillage')) createArgumentsQueue('sillage', 'sillage.q');

const consent = () => callInWindow('sillage', 'consent', {
  analytics: isConsentGranted('analytics_storage'),
  ads: isConsentGranted('ad_storage'),
});

const amount = (value) => makeNumber(value) || 0;
// Pages push numbers for codes and names; the collector refuses what is no text, and the purchase with it.
const text = (value) => (value === undefined || value === null || value === '' ? undefined : makeString(value));

const item = (given) => ({
  item_id: makeString(given.item_id || ''),
  item_name: text(given.item_name),
  item_category: text(given.item_category),
  price: amount(given.price),
  quantity: given.quantity === undefined ? 1 : makeInteger(given.quantity) || 0,
});

// The tag fires for many events of a page, and the tracker is started by the first.
if (!copyFromWindow('sillageStarted')) {
  setInWindow('sillageStarted', true, true);
  // Consent Mode does not tell a no from a choice that is still to be made: so events wait in memory for a yes, nothing is
  // kept in the browser without one, and who leaves without one has not consented.
  callInWindow('sillage', 'init', { endpoint: data.endpoint, before_choice: 'memory' });
  if (isConsentGranted('analytics_storage')) consent();
  addConsentListener('analytics_storage', consent);
  addConsentListener('ad_storage', consent);
}

const event = copyFromDataLayer('event');
if (names.indexOf(event) >= 0) {
  const told = copyFromDataLayer('ecommerce');
  const value = told || {};
  callInWindow('sillage', event, told ? {
    transaction_id: text(value.transaction_id),
    value: value.value === undefined ? undefined : amount(value.value),
    currency: text(value.currency),
    coupon: text(value.coupon),
    items: (value.items || []).map(item),
  } : undefined);
}

injectScript(data.script, data.gtmOnSuccess, data.gtmOnFailure, 'sillage');


___WEB_PERMISSIONS___

[
  {
    "instance": {
      "key": { "publicId": "access_globals", "versionId": "1" },
      "param": [
        {
          "key": "keys",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  { "type": 1, "string": "key" },
                  { "type": 1, "string": "read" },
                  { "type": 1, "string": "write" },
                  { "type": 1, "string": "execute" }
                ],
                "mapValue": [
                  { "type": 1, "string": "sillage" },
                  { "type": 8, "boolean": true },
                  { "type": 8, "boolean": true },
                  { "type": 8, "boolean": true }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  { "type": 1, "string": "key" },
                  { "type": 1, "string": "read" },
                  { "type": 1, "string": "write" },
                  { "type": 1, "string": "execute" }
                ],
                "mapValue": [
                  { "type": 1, "string": "sillage.q" },
                  { "type": 8, "boolean": true },
                  { "type": 8, "boolean": true },
                  { "type": 8, "boolean": false }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  { "type": 1, "string": "key" },
                  { "type": 1, "string": "read" },
                  { "type": 1, "string": "write" },
                  { "type": 1, "string": "execute" }
                ],
                "mapValue": [
                  { "type": 1, "string": "sillageStarted" },
                  { "type": 8, "boolean": true },
                  { "type": 8, "boolean": true },
                  { "type": 8, "boolean": false }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": { "isEditedByUser": true },
    "isRequired": true
  },
  {
    "instance": {
      "key": { "publicId": "access_consent", "versionId": "1" },
      "param": [
        {
          "key": "consentTypes",
          "value": {
            "type": 2,
            "listItem": [
              {
                "type": 3,
                "mapKey": [
                  { "type": 1, "string": "consentType" },
                  { "type": 1, "string": "read" },
                  { "type": 1, "string": "write" }
                ],
                "mapValue": [
                  { "type": 1, "string": "analytics_storage" },
                  { "type": 8, "boolean": true },
                  { "type": 8, "boolean": false }
                ]
              },
              {
                "type": 3,
                "mapKey": [
                  { "type": 1, "string": "consentType" },
                  { "type": 1, "string": "read" },
                  { "type": 1, "string": "write" }
                ],
                "mapValue": [
                  { "type": 1, "string": "ad_storage" },
                  { "type": 8, "boolean": true },
                  { "type": 8, "boolean": false }
                ]
              }
            ]
          }
        }
      ]
    },
    "clientAnnotations": { "isEditedByUser": true },
    "isRequired": true
  },
  {
    "instance": {
      "key": { "publicId": "read_data_layer", "versionId": "1" },
      "param": [
        { "key": "allowedKeys", "value": { "type": 1, "string": "specific" } },
        {
          "key": "keyPatterns",
          "value": {
            "type": 2,
            "listItem": [
              { "type": 1, "string": "event" },
              { "type": 1, "string": "ecommerce" }
            ]
          }
        }
      ]
    },
    "clientAnnotations": { "isEditedByUser": true },
    "isRequired": true
  },
  {
    "instance": {
      "key": { "publicId": "inject_script", "versionId": "1" },
      "param": [
        { "key": "urls", "value": { "type": 2, "listItem": [{ "type": 1, "string": "https://*/tracker.js" }] } }
      ]
    },
    "clientAnnotations": { "isEditedByUser": true },
    "isRequired": true
  }
]


___TESTS___

scenarios: []


___NOTES___

The same file is run by tracker/recipes/recipes.test.ts of Sillage.
