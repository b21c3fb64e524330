/** Shows the API of this service. No validator of another site is asked. */
SwaggerUIBundle({ url: "openapi.json", dom_id: "#api", deepLinking: true, validatorUrl: null });
