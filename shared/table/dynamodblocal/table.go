package dynamodblocal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/goccy/go-yaml"
)

// CreateTable creates the table that the template defines, under another name.
// A table that is there already is left as it is.
func CreateTable(ctx context.Context, c *dynamodb.Client, name, template string) error {
	input, err := definition(template)
	if err != nil {
		return fmt.Errorf("reading the table's definition: %w", err)
	}
	input.TableName = &name
	_, err = c.CreateTable(ctx, input)
	if _, exists := errors.AsType[*types.ResourceInUseException](err); exists {
		return nil
	}
	if err != nil {
		return fmt.Errorf("creating the table: %w", err)
	}
	return nil
}

// definition reads the one table of the template. CloudFormation names the
// properties as DynamoDB's own API does.
func definition(template string) (*dynamodb.CreateTableInput, error) {
	text, err := os.ReadFile(template)
	if err != nil {
		return nil, err
	}
	var parsed struct {
		Resources map[string]struct {
			Type       string `yaml:"Type"`
			Properties any    `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &parsed); err != nil {
		return nil, err
	}
	for _, resource := range parsed.Resources {
		if resource.Type != "AWS::DynamoDB::Table" {
			continue
		}
		properties, err := json.Marshal(resource.Properties)
		if err != nil {
			return nil, err
		}
		var in struct {
			AttributeDefinitions   []types.AttributeDefinition
			KeySchema              []types.KeySchemaElement
			GlobalSecondaryIndexes []types.GlobalSecondaryIndex
			BillingMode            types.BillingMode
			StreamSpecification    *types.StreamSpecification
		}
		if err := json.Unmarshal(properties, &in); err != nil {
			return nil, err
		}
		if in.StreamSpecification != nil {
			in.StreamSpecification.StreamEnabled = aws.Bool(true)
		}
		return &dynamodb.CreateTableInput{
			AttributeDefinitions: in.AttributeDefinitions, KeySchema: in.KeySchema,
			GlobalSecondaryIndexes: in.GlobalSecondaryIndexes, BillingMode: in.BillingMode,
			StreamSpecification: in.StreamSpecification,
		}, nil
	}
	return nil, errors.New("the template has no AWS::DynamoDB::Table")
}
