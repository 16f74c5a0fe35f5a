package capacity

import (
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Schema is what the charges of a table depend on.
type Schema struct {
	Key     []string // attributes of the primary key
	Indexes []Index
}

// Index is an index that holds the keys of the items that have its own.
type Index struct {
	Key []string
}

// SchemaOf reads the schema of a table. It knows indexes of keys alone.
func SchemaOf(table *types.TableDescription) (Schema, error) {
	s := Schema{Key: attributes(table.KeySchema)}
	for _, index := range table.GlobalSecondaryIndexes {
		if index.Projection == nil || index.Projection.ProjectionType != types.ProjectionTypeKeysOnly {
			return Schema{}, fmt.Errorf("index %s projects more than keys, which is not reckoned with", aws.ToString(index.IndexName))
		}
		s.Indexes = append(s.Indexes, Index{Key: attributes(index.KeySchema)})
	}
	if len(table.LocalSecondaryIndexes) > 0 {
		return Schema{}, fmt.Errorf("the table has local indexes, which are not reckoned with")
	}
	return s, nil
}

func attributes(keys []types.KeySchemaElement) []string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = aws.ToString(k.AttributeName)
	}
	return names
}

// key is the part of an item that names it.
func (s Schema) key(item Item) Item { return only(item, s.Key) }

// indexing is what a change of an item costs in the indexes.
func (s Schema) indexing(before, after Item) float64 {
	units := 0.0
	for _, index := range s.Indexes {
		old, now := s.entry(index, before), s.entry(index, after)
		if reflect.DeepEqual(old, now) {
			continue
		}
		for _, entry := range []Item{old, now} { // removed, put
			if entry != nil {
				units += float64(steps(entry.Size(), writeStep))
			}
		}
	}
	return units
}

// entry is what the index holds of an item; nil for one that is not in it.
func (s Schema) entry(index Index, item Item) Item {
	if len(only(item, index.Key)) < len(index.Key) {
		return nil
	}
	return only(item, append(append([]string{}, index.Key...), s.Key...))
}

func only(item Item, names []string) Item {
	part := Item{}
	for _, name := range names {
		if value, ok := item[name]; ok {
			part[name] = value
		}
	}
	return part
}
