package table

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// packed is content that an item holds compressed. Equal content is stored as equal bytes.
type packed []byte

// The limits of an item: DynamoDB takes 400 KB with its keys and names.
const (
	maxPacked   = 380 << 10 // compressed
	maxUnpacked = 16 << 20
)

// ErrTooLarge means that content does not fit into an item. Nothing was written.
var ErrTooLarge = errors.New("too large for the table")

// MarshalDynamoDBAttributeValue compresses the content; ErrTooLarge if it does not fit.
func (p packed) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	var out bytes.Buffer
	compressor := gzip.NewWriter(&out)
	if _, err := compressor.Write(p); err != nil {
		return nil, fmt.Errorf("compressing content: %w", err)
	}
	if err := compressor.Close(); err != nil {
		return nil, fmt.Errorf("compressing content: %w", err)
	}
	if len(p) > maxUnpacked || out.Len() > maxPacked {
		return nil, fmt.Errorf("%w: %d bytes, compressed %d", ErrTooLarge, len(p), out.Len())
	}
	return &types.AttributeValueMemberB{Value: out.Bytes()}, nil
}

// UnmarshalDynamoDBAttributeValue reads what MarshalDynamoDBAttributeValue wrote.
func (p *packed) UnmarshalDynamoDBAttributeValue(value types.AttributeValue) error {
	compressed, ok := value.(*types.AttributeValueMemberB)
	if !ok {
		return fmt.Errorf("content is binary, not %T", value)
	}
	content, err := gzip.NewReader(bytes.NewReader(compressed.Value))
	if err != nil {
		return fmt.Errorf("reading compressed content: %w", err)
	}
	unpacked, err := io.ReadAll(io.LimitReader(content, maxUnpacked+1))
	switch {
	case err != nil:
		return fmt.Errorf("reading compressed content: %w", err)
	case len(unpacked) > maxUnpacked:
		return fmt.Errorf("reading compressed content: %w", ErrTooLarge)
	}
	*p = unpacked
	return nil
}
