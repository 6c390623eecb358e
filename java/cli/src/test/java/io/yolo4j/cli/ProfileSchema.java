package io.yolo4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.InputStream;
import java.util.Set;

/** The schema that the JSON of {@code profile} and its subcommands keeps to. */
final class ProfileSchema {
  private ProfileSchema() {}

  /** Returns what breaks the schema. */
  static Set<ValidationMessage> breaches(JsonNode json) {
    return schema().validate(json);
  }

  /** Asserts that it keeps to the schema, as what that describes under a name and nothing else. */
  static void describes(String definition, JsonNode json) {
    assertThat(breaches(json)).isEmpty();
    JsonSchema only =
        schema()
            .getSubSchema(
                new JsonNodePath(PathType.JSON_POINTER).append("$defs").append(definition));
    assertThat(only.validate(json)).as(definition).isEmpty();
  }

  private static JsonSchema schema() {
    InputStream schema = ProfileCommand.class.getResourceAsStream("profile.schema.json");
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
  }
}
